from app.decide.url_parameters import by_metric, by_metric_text, numbers_from, numbers_text


def test_texts_of_parameters_are_parsed_to_the_same_values():
    values = {"macs": 5_204_000.0, "acc": 90.57}
    assert by_metric(by_metric_text(values), ["acc", "macs", "params"]) == values
    assert numbers_from(numbers_text([17, 3]), 20) == [17, 3]


def test_invalid_parameters_are_ignored():
    assert by_metric("acc:x,speed:3,macs:inf,:,params:nan,acc", ["acc", "macs", "params"]) == {}
    assert numbers_from("0,4,21,-3,x,4,²,,99999999999999", 20) == [4]
