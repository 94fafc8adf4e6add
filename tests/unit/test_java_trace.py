"""A Java stack trace ends as one sentence that says what happened: no wrapper stands alone, no place is lost."""

from __future__ import annotations

import pytest

from pipegen.services.java_trace import exception_classes, root_cause

OUTER = """\
org.apache.flink.runtime.JobException: Recovery is suppressed by NoRestartBackoffTimeStrategy
\tat org.apache.flink.runtime.executiongraph.failover.ExecutionFailureHandler.handleFailure(Unknown Source)
\tat java.base/java.lang.Thread.run(Thread.java:840)
Caused by: java.io.IOException: Failed to deserialize consumer record due to
\tat org.apache.flink.connector.kafka.source.reader.KafkaRecordEmitter.emitRecord(KafkaRecordEmitter.java:56)
\t... 14 more
Caused by: org.apache.flink.streaming.runtime.tasks.ExceptionInChainedOperatorException: \
Could not forward element to next operator
\tat org.apache.flink.streaming.runtime.tasks.CopyingChainingOutput.pushToOperator(CopyingChainingOutput.java:92)
\t... 15 more
"""
NAMED = "Caused by: java.lang.NullPointerException"
INSERTER = "org.apache.flink.table.runtime.operators.sink.StreamRecordTimestampInserter.processElement"
FRAMES = f"\n\tat {INSERTER}(StreamRecordTimestampInserter.java:50)\n\t... 26 more\n"
GATEWAY = """\
Internal server error.
<Exception on server side:
org.apache.flink.table.gateway.api.utils.SqlGatewayException: Failed to fetchResults.
\tat org.apache.flink.table.gateway.rest.handler.statement.Handler.handleRequest(Handler.java:91)
Caused by: org.apache.flink.table.api.ValidationException: SQL validation failed. \
From line 2, column 11 to line 2, column 12: Column 'zz' not found in any table
\tat org.apache.flink.table.planner.calcite.FlinkPlannerImpl.validate(FlinkPlannerImpl.scala:211)
Caused by: org.apache.calcite.runtime.CalciteContextException: \
From line 2, column 11 to line 2, column 12: Column 'zz' not found in any table
\tat java.base/jdk.internal.reflect.NativeConstructorAccessorImpl.newInstance0(Native Method)
Caused by: org.apache.calcite.sql.validate.SqlValidatorException: Column 'zz' not found in any table
\tat java.base/jdk.internal.reflect.NativeConstructorAccessorImpl.newInstance0(Native Method)
\t... 40 more

End of exception on server side>
"""


@pytest.mark.parametrize(
    ("innermost", "sentence"),
    [
        (f"{NAMED}{FRAMES}", "NullPointerException at StreamRecordTimestampInserter.processElement"),
        (f"{NAMED}: null{FRAMES}", "NullPointerException at StreamRecordTimestampInserter.processElement"),
        (
            f"{NAMED}\n\tat java.base/java.util.Objects.requireNonNull(Objects.java:208){FRAMES}",
            "NullPointerException at StreamRecordTimestampInserter.processElement",
        ),
        (
            f"Caused by: org.apache.flink.util.SerializedThrowable: java.lang.NullPointerException{FRAMES}",
            "NullPointerException at StreamRecordTimestampInserter.processElement",
        ),
        (
            "Caused by: java.util.NoSuchElementException\n\tat StreamExecCalc$15.processElement(Unknown Source)\n",
            "NoSuchElementException at StreamExecCalc$15.processElement",
        ),
        ("Caused by: java.lang.ArithmeticException: / by zero\n\tat A.b(Unknown Source)\n", "/ by zero"),
        # The JVM leaves out the frames of an exception that it has thrown often.
        (f"{NAMED}\n", "NullPointerException, reported as “Could not forward element to next operator”"),
    ],
)
def test_the_innermost_cause_is_told_with_class_and_frame_where_it_has_no_message(
    innermost: str, sentence: str
) -> None:
    assert root_cause(OUTER + innermost) == sentence


def test_a_wrapper_without_a_cause_says_where_it_came_from() -> None:
    chained = "ExceptionInChainedOperatorException at CopyingChainingOutput.pushToOperator"
    assert root_cause(OUTER) == f"Could not forward element to next operator ({chained})"
    alone = "org.apache.flink.runtime.JobException: Recovery is suppressed by NoRestartBackoffTimeStrategy"
    assert root_cause(alone) == "Recovery is suppressed by NoRestartBackoffTimeStrategy (JobException)"


def test_an_exception_that_was_suppressed_is_no_cause() -> None:
    suppressed = (
        "\tSuppressed: java.lang.IllegalStateException: closed twice\n\t\tat A.close(A.java:1)\n"
        "\tCaused by: java.io.IOException: no space\n\t\t... 3 more\n"
    )
    assert root_cause(f"{OUTER}Caused by: java.lang.RuntimeException: the fault\n\tat A.b(A.java:1)\n{suppressed}") == (
        "the fault"
    )


def test_the_place_in_the_sql_is_kept_when_only_an_outer_exception_has_it() -> None:
    assert root_cause(GATEWAY) == "From line 2, column 11 to line 2, column 12: Column 'zz' not found in any table"


def test_a_message_that_names_its_place_is_not_given_another() -> None:
    parse = 'Caused by: org.apache.flink.sql.parser.impl.ParseException: Encountered "a" at line 1, column 15.'
    expected = '\nWas expecting one of:\n    <EOF> \n    "EXCEPT" ...\n'
    assert root_cause(f"{GATEWAY}{parse}{expected}") == 'Encountered "a" at line 1, column 15.'


def test_a_message_of_several_lines_is_kept_whole() -> None:
    assert root_cause("java.lang.Exception: one\n  two\n\tat A.b(A.java:1)") == "one\n  two"


def test_a_text_that_is_no_trace_is_told_by_its_first_line() -> None:
    assert root_cause("\nJob not found\nelse") == "Job not found"
    assert root_cause("") == "no message"


def test_the_classes_of_the_whole_chain_are_named_outermost_first() -> None:
    assert [name.rpartition(".")[2] for name in exception_classes(OUTER + NAMED + FRAMES)] == [
        "JobException",
        "IOException",
        "ExceptionInChainedOperatorException",
        "NullPointerException",
    ]
