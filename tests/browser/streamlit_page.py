"""A page with every part of Streamlit that a style sheet or a test names: `test_compat.py` runs it.

It is a script for `streamlit run`; `?wait` keeps it running.
"""

import time

import streamlit as st

with st.sidebar:
    st.button("A run", type="tertiary")
    st.progress(0.5)
first, second = st.tabs(["First", "Second"])
first.caption("A caption")
st.pills("Pills", ["One", "Two"], default="One")
st.segmented_control("Segments", ["One", "Two"], default="One")
st.slider("Slider", 0, 10, 5)
st.code("key: 1\nname: 'text'\nempty: null\nright: true\n", language="yaml")
st.multiselect("Tags", ["One"], accept_new_options=True, default="One")
st.selectbox("Select", ["One"])
st.text_input("Text")
st.error("An error")
with st.popover("Open"):
    st.text_input("Path")
st.columns(2)[1].container(key="new_side").write("Beside the form")
st.button("Earlier", icon=":material/arrow_upward:", key="decide_move_1")
st.container(height=2000, border=False).write("A long page")
if "wait" in st.query_params:
    time.sleep(20)
