"""No secret survives into a text that is kept, and ordinary messages stay readable."""

from __future__ import annotations

import pytest

from pipegen.redact import HIDDEN, redact, secrets_of

SECRET = "hunter2-S3cr3t"
PACKAGE = "org.apache.kafka.common.security"
HOSTILE = [
    f"cannot reach http://ada:{SECRET}@registry:8081/subjects",
    f"cannot reach http://ada:{SECRET}@weird/and@host@registry:8081/subjects",
    f"https://{SECRET}@registry.example/apis",
    f"broker sasl_ssl://ada:{SECRET}@kafka-1:9093 refused",
    f"GET http://registry/subjects?access_token={SECRET}&deleted=true",
    f'sasl.jaas.config={PACKAGE}.plain.PlainLoginModule required username="a" password="{SECRET}";',
    f"'properties.sasl.jaas.config' = '{PACKAGE}.scram.ScramLoginModule required password=\"{SECRET}\";'",
    f"config ScramLoginModule required username=a password={SECRET};",
    f"ssl.keystore.password={SECRET}, ssl.key.password = {SECRET}",
    f"PASSWORD: {SECRET}",
    f'{{"password": "{SECRET} with spaces", "user": "ada"}}',
    f"{{'client_secret': '{SECRET}'}}",
    f'"{{\\"password\\":\\"{SECRET}\\"}}"',
    f'password="{SECRET} cut in the mid',
    f"password => {SECRET}",
    f"kafka-tool --password {SECRET} --topic orders",
    f"Authorization: Basic {SECRET}==",
    f"authorization: Bearer {SECRET}",
    f"headers {{'Authorization': 'Digest user=ada, response={SECRET}'}}",
    f"proxy-authorization={SECRET}",
    f"sent Bearer {SECRET} and was refused",
    f"Set-Cookie: session={SECRET}; HttpOnly",
    f"value.avro-confluent.basic-auth.user-info=ada:{SECRET}",
    f"basic.auth.user.info=ada:{SECRET}",
    f"sasl.oauthbearer.client.secret={SECRET}",
    f"api_key={SECRET} api-key: {SECRET} X-Api-Key: {SECRET}",
    f"token={SECRET}",
    f'{{"token": "{SECRET}"}}',
    f"-----BEGIN RSA PRIVATE KEY-----\n{SECRET}\n-----END RSA PRIVATE KEY-----",
    f"-----BEGIN PRIVATE KEY-----\n{SECRET}\ncut",
    f"ssl.truststore.passphrase={SECRET}",
    f"passwd:{SECRET}",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_secret_does_not_survive(text: str) -> None:
    kept = redact(text)
    assert SECRET not in kept
    assert HIDDEN in kept


def test_tokens_are_known_by_their_looks() -> None:
    jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl"
    for token in (jwt, "AKIA" + "A1B2" * 4, "sk-" + "a1B2" * 6):
        assert token not in redact(f"the service did not like {token}")


def test_a_secret_this_process_knows_is_removed_wherever_it_stands() -> None:
    assert redact("login failed for opensesame!", known=["opensesame"]) == "login failed for ***!"
    assert redact("a b c", known=["a", ""]) == "a b c"


@pytest.mark.parametrize(
    "text",
    [
        "Kafka at 127.0.0.1:9092 cannot be reached: Local: Broker transport failure",
        "http://127.0.0.1:8081/jobs/3f refused (HTTP 404)",
        "SQL parse failed. Unexpected token: FROM at line 3, column 7",
        "Basic authentication is required, bearer authentication is not",
        "PLAIN password authentication failed for this listener",
        "java.io.IOException: Unknown data format. Magic number does not match",
        'Encountered "FROM" at line 1, column 8; mail admin@example.com',
    ],
)
def test_ordinary_messages_stay_as_they_are(text: str) -> None:
    assert redact(text) == text


def test_the_rest_of_the_message_is_kept() -> None:
    kept = redact(f"refused http://ada:{SECRET}@registry:8081/subjects (HTTP 401), retry")
    assert kept == "refused http://***@registry:8081/subjects (HTTP 401), retry"


def test_a_huge_text_is_cut_and_costs_little() -> None:
    assert len(redact("a" * 2_000_000)) == 8_000
    assert len(redact("password" * 200_000)) <= 8_000
    assert len(redact("://" * 200_000)) <= 8_000


def test_secrets_are_known_by_the_names_of_their_variables() -> None:
    environ = {"PIPEGEN_DASHBOARD_TOKEN": "a1", "X_API_KEY": "b2", "DB_PASSWORD": "", "HOME": "/home", "PATH": "/bin"}
    assert secrets_of(environ) == ["a1", "b2"]


@pytest.mark.parametrize(("secret", "hidden"), [("abcd", True), ("abc", False)])
def test_a_known_secret_is_removed_from_four_characters_on(secret: str, hidden: bool) -> None:
    assert (secret not in redact(f"it said {secret} and left", known=[secret])) is hidden
