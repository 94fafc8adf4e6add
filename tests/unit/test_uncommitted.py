"""What is looked into first where groups stand in more partitions than one look may read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from pipegen.observe.uncommitted import Place, UncommittedBook
from pipegen.services.kafka_survey import Found, KafkaSurvey, Spot, Stretch


class Survey:
    """A survey of partitions that hold markers alone, or give no answer; remembers what it was asked."""

    def __init__(self, *silent: int) -> None:
        self._silent = silent
        self.asked: list[dict[Spot, Stretch]] = []

    def look_into(self, stretches: Mapping[Spot, Stretch]) -> dict[Spot, Found]:
        self.asked.append(dict(stretches))
        return {spot: Found(0, None, None, it.end) for spot, it in stretches.items() if spot[1] not in self._silent}


def place(partition: int, lag: int, *, committed: int = 10) -> Place:
    return Place(("orders", partition), committed, committed + lag)


def book_of(survey: Survey, most_reads: int) -> UncommittedBook:
    return UncommittedBook(cast("KafkaSurvey", survey), most_reads=most_reads)


def asked(survey: Survey) -> list[list[int]]:
    return [sorted(number for _, number in stretches) for stretches in survey.asked]


def test_every_partition_is_looked_into_in_its_turn_and_none_twice() -> None:
    survey = Survey()
    book = book_of(survey, 2)
    places = [place(0, 1), place(1, 1), place(2, 5), place(3, 1)]
    for _ in range(3):
        book.look(places, open_topics=())
    assert asked(survey)[0][-1] == 2
    assert sorted(number for look in asked(survey) for number in look) == [0, 1, 2, 3]
    assert [book.of(each).lag for each in places] == [0, 0, 0, 0]


def test_what_has_not_been_looked_into_waits_and_is_not_judged() -> None:
    book = book_of(Survey(), 1)
    many, few = place(0, 9), place(1, 1)
    book.look([many, few], open_topics=())
    assert (book.of(many).waiting, book.of(few).waiting) == (False, True)
    assert book.of(few).lag == 1


def test_an_offset_that_stands_still_comes_before_one_that_moves() -> None:
    survey = Survey()
    book = book_of(survey, 1)
    book.look([place(0, 1), place(1, 50)], open_topics=())
    book.look([place(0, 1), place(1, 50, committed=11)], open_topics=())
    assert asked(survey) == [[1], [0]]


def test_a_partition_that_gives_no_answer_keeps_no_other_from_its_turn_and_is_lag() -> None:
    survey = Survey(0)
    book = book_of(survey, 1)
    places = [place(0, 50), place(1, 1)]
    book.look(places, open_topics=())
    book.look(places, open_topics=())
    assert asked(survey) == [[0], [1]]
    assert (book.of(places[0]).lag, book.of(places[0]).markers, book.of(places[0]).waiting) == (50, None, False)


def test_two_groups_in_one_partition_are_looked_into_one_after_the_other() -> None:
    survey = Survey()
    book = book_of(survey, 5)
    places = [place(0, 3), place(0, 2, committed=11)]
    for _ in range(2):
        book.look(places, open_topics=())
    assert [book.of(each).markers for each in places] == [3, 2]


def test_when_the_end_moves_on_what_lies_there_is_looked_into_again() -> None:
    survey = Survey()
    book = book_of(survey, 5)
    book.look([place(0, 1)], open_topics=())
    book.look([place(0, 1)], open_topics=())
    book.look([place(0, 4)], open_topics=())
    book.look([place(0, 5000)], open_topics=())
    assert [stretches[("orders", 0)].end for stretches in survey.asked if stretches] == [11, 14, 5010]


def test_records_are_counted_in_a_topic_with_transactions_and_only_where_they_are_few() -> None:
    survey = Survey()
    book = book_of(survey, 5)
    book.look([place(0, 9)], open_topics=())
    book.look([place(1, 9), place(2, 100_000)], open_topics=())
    counted = {spot[1]: stretch.count for stretches in survey.asked for spot, stretch in stretches.items()}
    # The first look shows that the topic has markers.
    assert counted == {0: False, 1: True, 2: False}
