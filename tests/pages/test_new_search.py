import pytest

from app.forms.search_form import max_workers
from app.supernets.checklist import clear_cache
from engine.config import NASConfig
from engine.supernets.registry import load
from engine.supernets.requirement_records import RequirementRecords
from tests.engine.supernets.ofa.reference import PREDICTOR, needs_reference
from tests.pages.conftest import html_of

W10 = "ofa_mbv3_d234_e346_k357_w1.0"


@pytest.fixture
def app(dashboard):
    return dashboard.run()


def test_the_goal_and_four_sections_are_filled_so_that_start_is_all_there_is_to_do(app):
    assert not app.exception
    headings = [heading.value for heading in app.subheader]
    assert headings == ["Goal", "1 Supernet", "2 Objectives", "3 Search", "4 Where"]
    assert not app.button(key="new_start").disabled
    assert app.number_input(key="new_evaluations").value == 250
    assert app.number_input(key="new_population").value == 50


def test_the_supernet_says_how_large_it_is_and_that_test_images_are_held_out(app):
    text = " ".join(e.value for e in [*app.markdown, *app.caption])
    assert "4.0 × 10¹¹ sub-networks" in text
    assert "10,000 test images stay unseen by the search" in text


def test_the_yaml_follows_the_form(app):
    app.number_input(key="new_evaluations").set_value(40).run()
    config = NASConfig.from_yaml(app.code[0].value)
    assert config.dynas.num_evals == 40
    assert config.dynas.population == 40


def test_latency_is_measured_by_one_worker_and_the_form_says_why(app):
    app.pills(key="new_record").set_value(["lat"]).run()
    workers = app.number_input(key="new_workers")
    assert (workers.value, workers.disabled) == (1, True)
    assert any("Latency is measured alone" in caption.value for caption in app.caption)
    assert not app.button(key="new_start").disabled


def test_random_search_has_no_population(app):
    app.selectbox(key="new_approach").set_value("random").run()
    assert app.number_input(key="new_population").disabled
    assert any("no population" in caption.value for caption in app.caption)


def test_without_an_objective_start_is_off_with_the_reason_beside(app):
    app.pills(key="new_metrics").set_value([]).run()
    assert app.button(key="new_start").disabled
    assert "metrics" in app.warning[0].value


def test_yaml_that_is_pasted_fills_the_form(app):
    text = NASConfig.from_dict({"search": {"seed": 9}, "dynas": {"num_evals": 77}}).to_yaml()
    app.text_area(key="new_yaml_text").set_value(text).run()
    app.button(key="new_yaml_apply").click().run()
    assert app.number_input(key="new_evaluations").value == 77
    assert app.number_input(key="new_seed").value == 9
    assert app.session_state["new_yaml_load"] is False, "the panel is closed"


def test_settings_without_effect_are_named_beside_the_form(app):
    app.number_input(key="new_meter_options.latency.batch").set_value(8).run()
    (caption,) = [c.value for c in app.caption if "no effect" in c.value]
    assert "none of lat, lat_spread, peak_memory, lat_int8 is among the metrics" in caption
    assert not app.button(key="new_start").disabled


def test_metrics_that_the_results_file_leaves_out_are_named_beside_the_form(app):
    assert app.selectbox(key="new_results_csv_format").disabled
    app.text_input(key="new_results_csv_path").set_value("results.csv").run()
    app.pills(key="new_metrics").set_value(["acc", "size"]).run()
    (caption,) = [c.value for c in app.caption if "results file will not contain" in c.value]
    assert "size" in caption
    app.selectbox(key="new_results_csv_format").set_value("full").run()
    assert not any("results file will not contain" in c.value for c in app.caption)
    assert NASConfig.from_yaml(app.code[0].value).dynas.results_csv_format == "full"


def test_yaml_of_neural_compressor_fills_the_form_and_says_what_was_left_out(app):
    text = "model: {}\nquantization: {}\nnas: {dynas: {num_evals: 77}}"
    app.text_area(key="new_yaml_text").set_value(text).run()
    app.button(key="new_yaml_apply").click().run()
    assert app.number_input(key="new_evaluations").value == 77
    assert "'model', 'quantization'" in " ".join(info.value for info in app.info)
    assert not app.error


def test_yaml_that_is_wrong_leaves_the_form_as_it_was(app):
    app.text_area(key="new_yaml_text").set_value("nas: {dynas: {num_evals: no}}").run()
    app.button(key="new_yaml_apply").click().run()
    assert "num_evals" in app.error[0].value
    assert app.number_input(key="new_evaluations").value == 250


def test_the_form_outlives_a_visit_to_another_page(app):
    app.number_input(key="new_seed").set_value(5).run()
    app.switch_page("../pages/runs.py").run()
    app.switch_page("../pages/new_search.py").run()
    assert app.number_input(key="new_seed").value == 5


def test_start_starts_the_search_that_the_form_describes(app, service):
    app.number_input(key="new_evaluations").set_value(8).run()
    app.number_input(key="new_population").set_value(4).run()
    app.text_input(key="new_name").set_value("by hand").run()
    app.button(key="new_start").click().run()
    (summary,) = service.list()
    assert (summary.name, summary.budget) == ("by hand", 8)
    assert summary.config.dynas.workers == min(2, max_workers())
    assert not app.exception
    assert app.session_state["current_run"] == summary.id


def test_an_evaluation_is_timed_when_asked_for_and_gives_the_estimate(app):
    app.button(key="new_estimate").click().run()
    jobs_done(app)
    assert "about 60 s to 4 min" in html_of(app)
    assert "250 evaluations on 2 workers" in html_of(app)
    assert "from timing sub-networks" in html_of(app)


def jobs_done(app):
    """Wait for what runs in the background, then draw the page again."""
    from app.session import jobs

    for job in list(jobs()._jobs.values()):
        job.result(timeout=30)
    app.run()


def test_constraints_are_in_the_yaml_and_a_wrong_one_is_named(app):
    app.multiselect(key="new_constraints").set_value(["macs <= 5M"]).run()
    assert NASConfig.from_yaml(app.code[0].value).dynas.constraints == ["macs <= 5e6"]
    app.multiselect(key="new_constraints").set_value(["macs <= 5M", "macs < much"]).run()
    assert r"'macs \< much' is not a constraint" in app.warning[0].value
    assert r"'macs \< much' is not a constraint" in app.error[0].value
    assert app.button(key="new_start").disabled


def goal_limit(app, name):
    """The field of a limit of the goal: its key ends with a count."""
    (field,) = [f for f in app.text_input if f.key.rpartition("_")[0] == f"new_goal_limit_{name}"]
    return field


def test_a_goal_becomes_objectives_and_constraints(app):
    goal_limit(app, "macs").set_value("5M").run()
    goal_limit(app, "lat").set_value("20 ms").run()
    assert not app.exception
    config = NASConfig.from_yaml(app.code[0].value)
    assert config.dynas.constraints == ["macs <= 5e6", "lat <= 20"]
    assert config.dynas.metrics == ["acc", "macs", "lat"]
    assert config.dynas.workers == 1
    assert goal_limit(app, "macs").value == "5 M MACs"
    goal_limit(app, "lat").set_value("").run()
    config = NASConfig.from_yaml(app.code[0].value)
    assert (config.dynas.constraints, config.dynas.metrics) == (["macs <= 5e6"], ["acc", "macs"])


def test_the_goal_and_the_constraints_agree(app):
    app.multiselect(key="new_constraints").set_value(["MACs < 5M and acc >= 80"]).run()
    assert app.multiselect(key="new_constraints").value == ["macs < 5e6", "acc >= 80"]
    assert goal_limit(app, "macs").value == "5 M MACs"
    assert goal_limit(app, "macs").label == "MACs <"
    app.selectbox(key="new_goal_best").set_value("lat").run()
    assert NASConfig.from_yaml(app.code[0].value).dynas.metrics == ["macs", "lat"]
    assert goal_limit(app, "acc").value == "80 %"
    app.selectbox(key="new_goal_more").set_value("size").run()
    goal_limit(app, "size").set_value("much").run()
    assert "'much' is not a number for Size" in app.error[0].value
    assert "'much' is not a number for Size" in app.warning[0].value
    assert app.button(key="new_start").disabled
    goal_limit(app, "size").set_value("3 MB").run()
    assert not app.button(key="new_start").disabled


def test_constraints_that_nothing_keeps_to_are_refused_with_the_range(app):
    app.multiselect(key="new_constraints").set_value(["macs <= 1M"]).run()
    assert "no sub-network keeps to MACs ≤ 1 M" in app.warning[0].value
    assert "MACs go from 1.886 M to 11.484 M" in app.warning[0].value


def test_predictor_stop_rules_and_warm_start_are_in_the_yaml(app, start):
    run = start("earlier")
    app.selectbox(key="new_predictor").set_value("ridge")
    app.number_input(key="new_stop_minutes").set_value(2.0)
    app.number_input(key="new_stop_cycles").set_value(3).run()
    app.selectbox(key="new_warm_start").set_value(run).run()
    config = NASConfig.from_yaml(app.code[0].value)
    assert (config.search.predictor, config.dynas.warm_start) == ("ridge", run)
    assert (config.stop.seconds, config.stop.hypervolume, config.stop.cycles) == (120, None, 3)


def load_yaml(app, **dynas):
    """Fill the form with a configuration, as a visitor pastes it."""
    app.text_area(key="new_yaml_text").set_value(NASConfig.from_dict({"dynas": dynas}).to_yaml())
    app.run()
    app.button(key="new_yaml_apply").click().run()


def test_only_supernets_that_can_be_searched_are_offered(app):
    assert app.selectbox(key="new_supernet").options == ["MobileNetV3 on Fashion-MNIST"]
    sentences = [c.value for c in app.caption if c.value.startswith("Not ready")]
    (sentence,) = sentences
    assert "needs weights and images: Once-for-All ProxylessNAS, width 1.3." in sentence
    assert (
        "needs weights and images or the published predictor: Once-for-All MobileNetV3, width "
        "1.0; Once-for-All MobileNetV3, width 1.2; Once-for-All ResNet50." in sentence
    )


def test_an_imagenet_supernet_names_what_is_missing(app):
    load_yaml(app, supernet=W10)
    assert not app.exception
    assert app.selectbox(key="new_supernet").options[-1] == "Once-for-All MobileNetV3, width 1.0"
    assert app.button(key="new_start").disabled
    assert f"with the weights of {W10}" in app.warning[0].value
    assert "Measuring accuracy needs images: set 'Data folder'" in app.warning[0].value
    assert "_path" not in app.warning[0].value
    assert app.button(key="new_download").label == "Download the weights"
    app.selectbox(key="new_supernet_options.accuracy_source").set_value("published predictor").run()
    assert "with the accuracy predictor of OFA MobileNetV3" in app.warning[0].value
    assert "images" not in app.warning[0].value
    assert "Top-5 accuracy" not in str(app.pills(key="new_metrics").options)
    assert app.button(key="new_download").label == "Download the published predictor"


@needs_reference
def test_with_the_predictor_at_hand_imagenet_can_be_searched(app):
    load_yaml(app, supernet=W10, accuracy_source="published predictor")
    app.text_input(key="new_supernet_options.predictor_path").set_value(str(PREDICTOR)).run()
    assert not app.warning
    assert not app.button(key="new_start").disabled
    config = NASConfig.from_yaml(app.code[0].value)
    assert config.dynas.accuracy_source == "published predictor"


@needs_reference
def test_what_is_remembered_fills_the_form_and_makes_a_supernet_choosable(app, data_dir):
    remember("Published predictor", str(PREDICTOR), data_dir)
    clear_cache()
    app.run()
    titles = app.selectbox(key="new_supernet").options
    assert titles[1:] == [f"Once-for-All MobileNetV3, width {width}" for width in (1.0, 1.2)]
    app.selectbox(key="new_supernet").select(W10).run()
    assert app.selectbox(key="new_supernet_options.accuracy_source").value == "published predictor"
    assert app.text_input(key="new_supernet_options.predictor_path").value == str(PREDICTOR)
    assert not app.button(key="new_start").disabled


def test_a_path_that_was_typed_outlives_what_is_remembered(app, data_dir, tmp_path):
    load_yaml(app, supernet=W10)
    app.text_input(key="new_supernet_options.weights_path").set_value("/mine").run()
    remember("Weights", str(tmp_path), data_dir)
    remember("Images", str(tmp_path), data_dir)
    app.run()
    assert app.text_input(key="new_supernet_options.weights_path").value == "/mine"
    assert app.text_input(key="new_task_options.dataset_path").value == str(tmp_path)


def remember(title, path, data_dir):
    requirement = next(r for r in load(W10).requirements() if r.title == title)
    RequirementRecords(data_dir).set_path(requirement, path)


def test_latency_names_its_device(app):
    assert not any("Latency is timed on" in caption.value for caption in app.caption)
    app.pills(key="new_metrics").set_value(["acc", "lat"]).run()
    assert any("Latency is timed on the CPU of this" in caption.value for caption in app.caption)


def test_threads_of_a_latency_are_all_cores_until_a_number_is_given(app):
    app.pills(key="new_metrics").set_value(["acc", "lat"]).run()
    assert any("with all cores" in caption.value for caption in app.caption)
    app.number_input(key="new_meter_options.latency.threads").set_value(1).run()
    assert any("with 1 thread, one image" in caption.value for caption in app.caption)
    assert NASConfig.from_yaml(app.code[0].value).dynas.threads == 1
    app.number_input(key="new_meter_options.latency.threads").set_value(1000).run()
    assert "Set threads to" in app.warning[0].value
    assert app.button(key="new_start").disabled


def test_a_supernet_without_a_predictor_says_so(app):
    load_yaml(app, supernet="ofa_proxyless_d234_e346_k357_w1.3")
    app.selectbox(key="new_supernet_options.accuracy_source").set_value("published predictor").run()
    assert "There is no published accuracy predictor" in app.warning[0].value
