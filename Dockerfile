FROM python:3.11-slim

# The default index has torch with CUDA. For the much smaller CPU build, name the index that holds it:
#   docker build --build-arg PIP_EXTRA_INDEX_URL=... -t dynas-studio .
ARG PIP_EXTRA_INDEX_URL

WORKDIR /usr/src/dynas-studio
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
COPY . .
RUN python -m docs_site && pip install --no-cache-dir --no-deps .

RUN useradd --create-home dynas && install -d -o dynas -m 0700 /data
WORKDIR /data
USER dynas

VOLUME /data
EXPOSE 8501
# It listens for whoever reaches the container, and so asks for a token: that of -e DYNAS_TOKEN=..., else
# one that is made at each start and that `docker logs` shows. The health check needs none.
HEALTHCHECK --start-period=30s CMD ["python", "-c", \
    "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8501/_stcore/health', timeout=3)"]
CMD ["dynas-studio", "dashboard", "--address", "0.0.0.0", "--data-dir", "/data", "--no-browser"]
