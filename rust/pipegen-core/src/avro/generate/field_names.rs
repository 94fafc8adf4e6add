//! What a field's name says about its values: identities, points in time, and the kinds of [`super::kinds`].

use super::kinds::{NUMBER_KINDS, NumberKind, TEXT_KINDS, TextKind};

/// What an identifier identifies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Identity {
    /// A value of its own for every record.
    Unique,
    /// Counted up with the events.
    Serial { prefix: String },
    /// One of a bounded number of things that come again and again.
    Pool { prefix: String, size: i64 },
}

const SERIALS: [&str; 8] =
    ["order", "transaction", "payment", "invoice", "shipment", "ticket", "booking", "reservation"];
const UNIQUES: [&str; 9] = ["event", "message", "record", "request", "trace", "span", "correlation", "row", "click"];
const POOLS: [(&str, i64); 8] = [
    ("customer", 10_000),
    ("user", 10_000),
    ("account", 10_000),
    ("product", 500),
    ("item", 500),
    ("store", 50),
    ("region", 10),
    ("category", 20),
];
const POOL_SIZE: i64 = 1_000;

/// The identity that a field's name (snake case) announces in a record of that name (snake case).
pub(crate) fn identity(field: &str, record: &str) -> Option<Identity> {
    if matches!(field, "id" | "uuid" | "guid" | "_id" | "pk") {
        return Some(Identity::Unique);
    }
    let thing = field.strip_suffix("_id").or_else(|| field.strip_suffix("_key"))?;
    let last = thing.rsplit('_').next().unwrap_or(thing);
    if UNIQUES.contains(&last) {
        return Some(Identity::Unique);
    }
    if SERIALS.contains(&last) || record == thing || record.ends_with(&format!("_{thing}")) {
        return Some(Identity::Serial { prefix: thing.to_owned() });
    }
    let size = POOLS.iter().find(|(word, _)| *word == last).map_or(POOL_SIZE, |(_, size)| *size);
    Some(Identity::Pool { prefix: thing.to_owned(), size })
}

/// The kind of text that a field's name announces.
pub(crate) fn text_kind(field: &str) -> Option<&'static TextKind> {
    TEXT_KINDS.iter().find(|kind| ends(field, kind.endings))
}

/// The kind of number that a field's name announces.
pub(crate) fn number_kind(field: &str) -> Option<&'static NumberKind> {
    NUMBER_KINDS.iter().find(|kind| ends(field, kind.endings))
}

/// The unit of a point in time that a long's or int's name announces, in nanoseconds.
pub(crate) fn time_unit_ns(field: &str, is_long: bool) -> Option<i64> {
    let (stem, unit_ns) = [
        ("_ms", 1_000_000),
        ("_millis", 1_000_000),
        ("_us", 1_000),
        ("_micros", 1_000),
        ("_ns", 1),
        ("_nanos", 1),
        ("_s", 1_000_000_000),
        ("_sec", 1_000_000_000),
        ("_seconds", 1_000_000_000),
    ]
    .iter()
    .find_map(|(ending, unit_ns)| field.strip_suffix(ending).map(|stem| (stem, Some(*unit_ns))))
    .unwrap_or((field, None));
    let fits = is_long || unit_ns == Some(1_000_000_000) || unit_ns.is_none();
    let default_ns = if is_long && !ends(stem, &["epoch", "unix"]) { 1_000_000 } else { 1_000_000_000 };
    (fits && is_time(stem)).then(|| unit_ns.unwrap_or(default_ns))
}

/// True for the name of a point in time.
pub(crate) fn is_time(field: &str) -> bool {
    const ENDINGS: [&str; 14] = [
        "timestamp",
        "ts",
        "at",
        "event_time",
        "datetime",
        "time",
        "epoch",
        "unix",
        "created",
        "updated",
        "occurred",
        "created_on",
        "date_time",
        "instant",
    ];
    ends(field, &ENDINGS) && !ends(field, &["response_time", "lead_time", "processing_time"])
}

/// The share of true that a boolean's name announces.
pub(crate) fn true_share(field: &str) -> f64 {
    let has = |words: &[&str]| field.split('_').any(|part| words.contains(&part));
    if has(&["deleted", "fraud", "fraudulent", "error", "failed", "blocked", "suspicious", "test", "expired"]) {
        0.05
    } else if has(&["active", "enabled", "success", "successful", "valid", "verified", "ok", "paid"]) {
        0.9
    } else {
        0.5
    }
}

/// A name in snake case without a trailing number: `customerEmail2` → `customer_email`.
pub(crate) fn snake_case(name: &str) -> String {
    let mut snake = String::with_capacity(name.len() + 4);
    let letters: Vec<char> = name.chars().collect();
    for (index, letter) in letters.iter().enumerate() {
        let before = index.checked_sub(1).map(|index| letters[index]);
        let starts = letter.is_ascii_uppercase()
            && before.is_some_and(|before| {
                before.is_ascii_lowercase()
                    || before.is_ascii_digit()
                    || (before.is_ascii_uppercase() && letters.get(index + 1).is_some_and(char::is_ascii_lowercase))
            });
        if starts {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    let stem = snake.trim_end_matches(|letter: char| letter.is_ascii_digit() || letter == '_');
    if stem.is_empty() || matches!(snake.as_str(), "md5" | "sha256" | "ipv4" | "ipv6") {
        snake
    } else {
        stem.to_owned()
    }
}

pub(crate) fn ends(field: &str, endings: &[&str]) -> bool {
    endings.iter().any(|ending| field.strip_suffix(ending).is_some_and(|rest| rest.is_empty() || rest.ends_with('_')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_in_either_case() {
        for (name, snake) in [
            ("customerEmail2", "customer_email"),
            ("URL", "url"),
            ("userID", "user_id"),
            ("a", "a"),
            ("HTTPStatus", "http_status"),
            ("address_line_1", "address_line"),
            ("_", "_"),
        ] {
            assert_eq!(snake_case(name), snake);
        }
    }

    #[test]
    fn an_id_is_unique_serial_or_from_a_pool() {
        assert_eq!(identity("id", "order"), Some(Identity::Unique));
        assert_eq!(identity("customer_id", "order"), Some(Identity::Pool { prefix: "customer".into(), size: 10_000 }));
        assert_eq!(identity("customer_id", "customer"), Some(Identity::Serial { prefix: "customer".into() }));
        assert_eq!(identity("paid", "order"), None);
    }
}
