"""Files as people have them: each is read right, or refused with the line and the option that mends it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from pipegen.datafile import AvroFile, CsvOptions, FileProfile, RowEncoder, open_data_file, profile_file, schema_of
from pipegen.errors import ProjectError
from pipegen.hotpath import RecordPlan
from tests.unit.avro_oracles import fastavro_value, plain
from tests.unit.data_files import unheard

FILES = Path(__file__).parents[1] / "datafiles"


def read(name: str, **options: Any) -> tuple[FileProfile, dict[str, Any], list[dict[str, Any]]]:
    """What is found out about a file, its schema, and its rows as they are sent."""
    file = open_data_file(FILES / name, CsvOptions(**options))
    assert not isinstance(file, AvroFile)
    profile = profile_file(file, on_progress=unheard)
    schema = schema_of(profile, record="Row", file_name=name)
    encoder = RowEncoder(file, schema, key_field=None)
    rows = list(encoder.records())
    assert len(list(encoder.encoded())) == profile.rows == len(rows)
    return profile, schema, rows


def kinds(profile: FileProfile) -> dict[str, str]:
    return {column.name: column.kind for column in profile.columns}


def generated(schema: dict[str, Any], count: int = 1_000) -> list[dict[str, Any]]:
    plan = RecordPlan(json.dumps(schema), seed=7)
    return [
        plain(fastavro_value(schema, value)) for value, _ in plan.records(first_event=0, count=count, due_ns=10**18)
    ]


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("delimiter-by-width/caret.csv", {"id": "int", "city": "string"}),
        ("delimiter-by-width/decimal_comma.csv", {"price,EUR": "string", "amount,kg": "string"}),
        ("digits-counted-with-zeros/below_one.csv", {"probe": "int", "level": "double"}),
        ("digits-counted-with-zeros/padded_zeros.csv", {"probe": "int", "level": "double"}),
        ("digits-counted-with-zeros/trillion.csv", {"probe": "int", "level": "double"}),
        ("digits-counted-with-zeros/sum.ndjson", {"probe": "int", "level": "double"}),
        ("digits-counted-with-zeros/small.ndjson", {"probe": "int", "level": "double"}),
        ("digits-counted-with-zeros/float32.parquet", {"probe": "int", "level": "double"}),
        ("digits-counted-with-zeros/control_long_number.csv", {"probe": "int", "serial": "string"}),
        ("encoding-guessed-in-silence/utf16_without_bom.csv", {"id": "int", "city": "string"}),
        ("header-not-in-the-first-line/excel_sep.csv", {"id": "int", "amount": "int"}),
        ("header-not-in-the-first-line/comment_semicolon.csv", {"id": "int", "amount": "int"}),
        ("header-not-in-the-first-line/comments.tsv", {"id": "int", "level": "double"}),
        ("header-not-in-the-first-line/title_then_table.csv", {"id": "int", "amount": "int"}),
        ("header-not-in-the-first-line/title_padded.csv", {"id": "int", "shop": "string", "amount": "int"}),
        ("header-of-numbers/frame.csv", {"column 1": "int", "0": "double", "1": "double", "2": "string"}),
        ("header-of-numbers/frame_without_index.csv", {"0": "double", "1": "double", "2": "int", "kind": "string"}),
        ("header-of-numbers/years.csv", {"region": "string", "2023": "int", "2024": "int", "2025": "int"}),
        ("header-of-numbers/questions.csv", {"pupil": "string", "1": "boolean", "2": "boolean", "3": "boolean"}),
        ("nan-and-infinity/gap.parquet", {"step": "int", "loss": "double"}),
        ("nan-and-infinity/inf.csv", {"step": "int", "loss": "double"}),
        ("nan-and-infinity/loss.ndjson", {"step": "int", "loss": "double"}),
        ("nan-and-infinity/ratio.csv", {"step": "int", "ratio": "double"}),
        ("numbers-at-the-end-of-the-range/beyond.csv", {"id": "int", "level": "string"}),
        ("numbers-at-the-end-of-the-range/long_in_double.csv", {"id": "int", "mark": "string"}),
        ("numbers-at-the-end-of-the-range/sentinel.csv", {"id": "int", "level": "double"}),
        ("one-column-when-one-line-differs/blank_line.csv", {"id": "int", "name": "string"}),
        ("one-column-when-one-line-differs/semicolon_after_rows.csv", {"id": "int", "name": "string"}),
        ("one-column-when-one-line-differs/really_one_column_control.csv", {"note": "string"}),
        ("quotes-of-other-dialects/blank_before.csv", {"id": "int", "text": "string"}),
        ("ragged-by-tools/r_row_names.csv", {"column 1": "string", "height": "int", "weight": "int"}),
        ("ragged-by-tools/comma_after_rows.csv", {"id": "int", "name": "string"}),
        ("ragged-by-tools/comma_after_header.csv", {"id": "int", "name": "string"}),
        ("ragged-by-tools/blank_line_comma.csv", {"id": "int", "name": "string"}),
        ("sentence-misses-the-point/cr_only.ndjson", {"id": "int"}),
        ("times-out-of-range/unset.csv", {"id": "int", "since": "string"}),
        ("times-out-of-range/unset.ndjson", {"id": "int", "since": "string"}),
        ("times-out-of-range/never.csv", {"id": "int", "until": "string"}),
        ("times-out-of-range/nanos.parquet", {"id": "int", "at": "timestamp"}),
        ("types-of-the-file-lost/decimal.parquet", {"id": "int", "amount": "decimal"}),
        ("types-of-the-file-lost/time_of_day.parquet", {"id": "int", "at": "string"}),
    ],
)
def test_columns_and_types_are_those_that_a_person_sees(name: str, columns: dict[str, str]) -> None:
    assert kinds(read(name)[0]) == columns


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("delimiter-by-width/decimal_comma.csv", [("1,5", "2,5"), ("3,25", "4,0")]),
        ("digits-counted-with-zeros/below_one.csv", [(1, 0.13436424411240122), (2, 0.5), (3, 0.27182818284590451)]),
        ("digits-counted-with-zeros/sum.ndjson", [(1, 0.1 + 0.2), (2, 0.25)]),
        ("encoding-guessed-in-silence/western_control.csv", [(1, "Köln"), (2, "Zürich")]),
        ("encoding-guessed-in-silence/utf16_without_bom.csv", [(1, "Köln"), (2, "Ulm")]),
        ("nan-and-infinity/inf.csv", [(1, 0.5), (2, float("inf")), (3, float("-inf"))]),
        ("numbers-at-the-end-of-the-range/long_in_double.csv", [(1, "9007199254740993"), (2, "0.5")]),
        ("parts-of-a-second-lost/micros.csv", [(1, 1_772_359_200_123), (2, 1_772_359_200_123)]),
        ("quotes-of-other-dialects/backslash.csv", [(1, 'a "fine" day'), (2, "plain")]),
        ("quotes-of-other-dialects/blank_before.csv", [(1, "rose, red"), (2, "lily, white")]),
        ("quotes-of-other-dialects/blank_after.csv", [(1, "rose, red"), (2, "lily, white")]),
        ("quotes-of-other-dialects/blank_before_no_comma.csv", [(1, "rose"), (2, "lily")]),
        ("preview-reads-markup/chat.csv", [(1, "[/INST] hello"), (2, "plain")]),
        ("ragged-by-tools/r_row_names.csv", [("anna", 170, 60), ("ben", 180, 75)]),
        ("sentence-misses-the-point/cr_only.ndjson", [(1,), (2,)]),
    ],
)
def test_rows_are_sent_as_they_stand_in_the_file(name: str, rows: list[tuple[Any, ...]]) -> None:
    assert [tuple(row.values()) for row in read(name)[2]] == rows


@pytest.mark.parametrize(
    ("name", "guess"),
    [
        (
            "almost-a-number-or-date-is-not-told/question_mark.csv",
            "1 of 59 values are not numbers, first on line 3: “?”",
        ),
        ("almost-a-number-or-date-is-not-told/units_row.csv", "1 of 4 values are not numbers, first on line 2: “mm”"),
        (
            "almost-a-number-or-date-is-not-told/header_again.csv",
            "1 of 4 values are not numbers, first on line 4: “id”",
        ),
        ("almost-a-number-or-date-is-not-told/thousands.csv", "numbers with thousands separators (“1,204”)"),
        ("almost-a-number-or-date-is-not-told/two_digit_year.csv", "dates with two-digit years"),
        ("almost-a-number-or-date-is-not-told/utc_word.csv", "times with a zone's name"),
        ("almost-a-number-or-date-is-not-told/na_is_a_value.csv", "2 cells “NA” are read as null; --null-values"),
        ("delimiter-by-width/caret.csv", "“^”; name --delimiter"),
        ("delimiter-by-width/decimal_comma.csv", "--decimal-comma reads them as numbers"),
        ("encoding-guessed-in-silence/western_control.csv", "read as cp1252, because it is not UTF-8 (line 2)"),
        ("encoding-guessed-in-silence/cyrillic_cp1251.csv", "name --encoding if the texts look wrong"),
        ("encoding-guessed-in-silence/polish_cp1250.csv", "name --encoding if the texts look wrong"),
        ("header-not-in-the-first-line/title_then_table.csv", "--skip-lines"),
        ("header-not-in-the-first-line/title_padded.csv", "line 1 is taken for a title"),
        ("header-not-in-the-first-line/comments.tsv", '--comment ""'),
        ("nan-and-infinity/loss.ndjson", "2 values are infinite or not a number (NaN)"),
        ("numbers-at-the-end-of-the-range/beyond.csv", "first on line 3: “1e309”"),
        ("numbers-at-the-end-of-the-range/long_in_double.csv", "first on line 2: “9007199254740993”"),
        ("parts-of-a-second-lost/micros.csv", "times are sent in milliseconds"),
        ("quotes-of-other-dialects/backslash.csv", "--escape"),
        ("ragged-by-tools/r_row_names.csv", "one name less"),
        ("times-out-of-range/nanos.parquet", "finer parts are cut off"),
        ("times-out-of-range/never.csv", "first on line 3: “9999-12-31T23:30:00-01:00”"),
    ],
)
def test_what_is_guessed_is_told_with_its_line_and_option(name: str, guess: str) -> None:
    assert guess in "\n".join(read(name)[0].guesses)


@pytest.mark.parametrize(
    ("name", "message", "remedy"),
    [
        ("damaged-parquet-accepted/page.parquet", "record 1: column “id”: the file is damaged", "again"),
        ("encoding-guessed-in-silence/one_bad_byte_in_utf8.csv", ":4: not UTF-8 text", "--encoding"),
        ("encoding-guessed-in-silence/japanese_shift_jis.csv", ":1: ", "shift_jis"),
        ("half-emoji/value.ndjson", ":1:21: half a surrogate pair", "leave it out"),
        (
            "header-not-in-the-first-line/no_header_times.csv",
            ":1: the first line should name the columns",
            "--no-header",
        ),
        ("header-of-numbers/no_header_control.csv", "holds the number 17", "--header "),
        ("one-column-when-one-line-differs/footer.csv", ":4: 1 cells where the header has 2", "--skip-lines"),
        ("quotes-of-other-dialects/inner_quotes.csv", ":2: a quote within the quotes of column 2", "--quote none"),
        (
            "quotes-of-other-dialects/inner_quotes_semicolon.csv",
            ":2: a quote within the quotes of column 2",
            "--escape",
        ),
        (
            "quotes-of-other-dialects/never_closed_control.csv",
            ":3: the quote opened in column 2 is never closed",
            "none",
        ),
        ("ragged-by-tools/real_fault_control.csv", ":3: 3 cells where the header has 2", "--delimiter"),
        ("sentence-misses-the-point/array.ndjson", ":1:1: one JSON array", "one object a line"),
        ("sentence-misses-the-point/one_line.ndjson", ":1:9: more than one object", "one whole JSON object"),
        ("sentence-misses-the-point/twice.ndjson", ":2:9: the key “id” stands twice", "Rename"),
        ("sentence-misses-the-point/compressed.csv", "compressed (gzip)", "Unpack"),
        ("sentence-misses-the-point/schema.avro", "this is a schema", "--input-schema"),
        ("times-out-of-range/far_day.parquet", "record 2: column “day”: the date 10183-09-21 is out of range", "Mend"),
        ("times-out-of-range/far_moment.parquet", "record 2: column “at”", "Mend"),
        ("types-of-the-file-lost/nested_bytes.parquet", "column “parts” holds bytes", "Avro"),
    ],
)
def test_what_cannot_be_read_is_refused_with_place_and_remedy(name: str, message: str, remedy: str) -> None:
    with pytest.raises(ProjectError) as caught:
        read(name)
    assert message in caught.value.message
    assert remedy in (caught.value.remedy or "")


def test_a_line_at_fault_is_shown_between_its_neighbours() -> None:
    with pytest.raises(ProjectError) as caught:
        read("ragged-by-tools/real_fault_control.csv")
    shown = [line.strip() for line in caught.value.message.splitlines()[1:]]
    assert shown == ["2 | 1,rose", "3 | 2,lily,extra", "4 | 3,tulip"]


@pytest.mark.parametrize("name", ["snappy.avro", "deflate_control.avro"])
def test_avro_files_are_read_whatever_compresses_them(name: str) -> None:
    file = open_data_file(FILES / "avro-container-codecs" / name, CsvOptions())
    assert isinstance(file, AvroFile)
    assert list(file.records()) == [{"id": 1, "city": "Ulm"}, {"id": 2, "city": "Bonn"}]


def test_metadata_of_an_avro_file_may_be_bytes() -> None:
    file = open_data_file(FILES / "avro-container-metadata" / "binary_value.avro", CsvOptions())
    assert isinstance(file, AvroFile)
    assert list(file.records()) == [{"id": 1}, {"id": 2}]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("avro-container-codecs/cut_control.avro", "record 3: the file is damaged or cut short"),
        ("times-out-of-range/far_day.avro", "record 2: column “day”: the date 3000000 is out of range"),
    ],
)
def test_a_record_that_cannot_be_sent_is_named(name: str, message: str) -> None:
    file = open_data_file(FILES / name, CsvOptions())
    assert isinstance(file, AvroFile)
    with pytest.raises(ProjectError, match=re.escape(message)):
        list(RowEncoder(file, file.avro_schema, key_field=None).encoded())


def test_a_byte_far_down_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "late.csv"
    path.write_bytes(b"id,note\n" + b"1,row\n" * 12_000 + b"12000,caf\xe9\n")
    with pytest.raises(ProjectError, match=re.escape("late.csv:12002: not UTF-8 text")):
        open_data_file(path, CsvOptions())


def test_quotes_are_read_as_they_stand_where_that_is_told() -> None:
    rows = read("quotes-of-other-dialects/inner_quotes.csv", quote="none")[2]
    assert [row["text"] for row in rows] == ['"the "blue" door"', '"plain"']


def test_decimal_commas_and_nulls_are_read_where_they_are_told() -> None:
    rows = read("delimiter-by-width/decimal_comma.csv", decimal_comma=True)[2]
    assert [tuple(row.values()) for row in rows] == [(1.5, 2.5), (3.25, 4.0)]
    profile, schema, _ = read("null-values-unheard-at-init/question_mark.csv", nulls=("", "?"))
    assert kinds(profile)["level"] == "int"
    assert schema["fields"][1]["type"] == ["null", "int"]


def test_a_header_of_numbers_is_taken_where_it_is_told() -> None:
    assert list(kinds(read("header-of-numbers/no_header_control.csv", header=True)[0])) == ["17", "4.5", "north"]
    assert "column 1" in kinds(read("header-of-numbers/no_header_control.csv", header=False)[0])


def test_generated_times_of_day_and_json_are_those_of_the_file() -> None:
    _, schema, rows = read("generated-texts-are-nonsense/clock.csv")
    assert {row["at"] for row in generated(schema)} <= {row["at"] for row in rows}
    _, schema, _ = read("generated-texts-are-nonsense/objects.ndjson")
    assert all(json.loads(row["pos"]) for row in generated(schema))


@pytest.mark.parametrize(
    ("name", "column"), [("position.csv", "lat"), ("position.csv", "lon"), ("noise.csv", "reading")]
)
def test_generated_numbers_stay_within_those_of_the_file_however_fine(name: str, column: str) -> None:
    _, schema, rows = read(f"hints-dropped-for-fine-decimals/{name}")
    values = [row[column] for row in rows]
    made = [row[column] for row in generated(schema)]
    assert min(values) <= min(made) <= max(made) <= max(values)
    assert max(made) - min(made) > 0.9 * (max(values) - min(values))


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_doubles_that_are_all_whole_generate_whole_ones(ending: str) -> None:
    _, schema, _ = read(f"types-of-the-file-lost/whole_doubles.{ending}")
    assert all(row["year"] is None or row["year"] == int(row["year"]) for row in generated(schema))


def test_different_values_are_never_more_than_the_rows_and_some_are_shown() -> None:
    code = read("preview-figures/all_different.csv")[0].columns[1]
    assert code.distinct == 1_500
    assert code.frequent


def test_skewed_numbers_are_generated_as_skewed(tmp_path: Path) -> None:
    path = tmp_path / "skewed.csv"
    path.write_text("n,x\n" + "".join(f"{number},{1.01**number:.2f}\n" for number in range(1_000)))
    profile = profile_file(open_data_file(path, CsvOptions()), on_progress=unheard)  # type: ignore[arg-type]
    made = sorted(row["x"] for row in generated(schema_of(profile, record="Row", file_name="skewed.csv"), 2_000))
    assert (made[0] >= 1, made[-1] <= round(1.01**999, 2)) == (True, True)
    assert made[1_000] == pytest.approx(1.01**500, rel=0.2)
