//! The kinds of values that a name can announce. The tables are data; the first row that matches wins.
//!
//! A row's name is what the hint `kind` takes; its endings are compared with the field's name in snake case:
//! `customerEmail` ends in `email`.

use super::text::Text;
use super::words::{
    AGENTS, BROWSERS, CATEGORIES, CHANNELS, COLORS, DEVICES, EVENT_TYPES, GENDERS, HTTP_METHODS, JOBS, LEVELS,
    PAYMENT_METHODS, PRIORITIES, STATUSES, SYSTEMS, TIERS, UNITS,
};

/// A kind of text.
#[derive(Debug)]
pub(crate) struct TextKind {
    pub(crate) name: &'static str,
    pub(crate) endings: &'static [&'static str],
    pub(crate) text: Text,
}

const fn text(name: &'static str, endings: &'static [&'static str], text: Text) -> TextKind {
    TextKind { name, endings, text }
}

pub(crate) static TEXT_KINDS: [TextKind; 45] = [
    text("uuid", &["uuid", "guid"], Text::Uuid),
    text("email", &["email", "email_address", "mail"], Text::Email),
    text("username", &["username", "user_name", "login", "nickname", "handle"], Text::Username),
    text("host", &["hostname", "host", "domain", "server", "node"], Text::Host),
    text("first_name", &["first_name", "firstname", "given_name"], Text::GivenName),
    text("last_name", &["last_name", "lastname", "surname", "family_name"], Text::FamilyName),
    text(
        "company",
        &[
            "company_name",
            "company",
            "organization",
            "employer",
            "vendor",
            "brand",
            "merchant",
            "supplier",
            "merchant_name",
            "brand_name",
            "vendor_name",
        ],
        Text::Company,
    ),
    text("product", &["product_name", "item_name", "product", "item"], Text::Product),
    text("city", &["city", "town", "city_name"], Text::Place(|place| place.city)),
    text("country", &["country_name"], Text::Place(|place| place.country)),
    text("region", &["region", "state_name", "province"], Text::Place(|place| place.region)),
    text(
        "full_name",
        &[
            "full_name",
            "fullname",
            "person",
            "author",
            "customer_name",
            "name",
            "owner",
            "cardholder",
            "customer",
            "user",
            "assignee",
        ],
        Text::FullName,
    ),
    text("phone", &["phone", "phone_number", "mobile_number", "telephone", "tel", "fax"], Text::Phone),
    text("country_code", &["country", "country_code", "nationality"], Text::Place(|place| place.country_code)),
    text("currency", &["currency", "currency_code"], Text::Place(|place| place.currency)),
    text("timezone", &["timezone", "time_zone", "tz"], Text::Place(|place| place.timezone)),
    text("locale", &["locale", "language", "lang"], Text::Place(|place| place.locale)),
    text("street", &["street", "address", "address_line", "street_address"], Text::Street),
    text("postcode", &["zip", "zip_code", "zipcode", "postal_code", "postcode"], Text::Postcode),
    text("ipv6", &["ipv6", "ip_v6"], Text::Ipv6),
    text("ipv4", &["ip", "ip_address", "ipv4", "client_ip", "remote_addr", "addr"], Text::Ipv4),
    text("mac", &["mac", "mac_address"], Text::Mac),
    text("url", &["url", "uri", "link", "website", "referrer", "referer", "href", "page", "endpoint"], Text::Url),
    text("user_agent", &["user_agent", "useragent", "agent"], Text::Words(&AGENTS)),
    text("http_method", &["http_method", "method", "verb"], Text::Words(&HTTP_METHODS)),
    text("payment_method", &["payment_method", "payment_type"], Text::Words(&PAYMENT_METHODS)),
    text("status", &["status", "state", "stage", "phase"], Text::Words(&STATUSES)),
    text(
        "event_type",
        &["event_type", "event_name", "event", "action", "operation", "activity"],
        Text::Words(&EVENT_TYPES),
    ),
    text("level", &["level", "severity", "log_level"], Text::Words(&LEVELS)),
    text("priority", &["priority", "urgency"], Text::Words(&PRIORITIES)),
    text("category", &["category", "type", "kind", "department", "genre"], Text::Words(&CATEGORIES)),
    text("channel", &["channel", "source", "medium", "platform"], Text::Words(&CHANNELS)),
    text("device", &["device", "device_type"], Text::Words(&DEVICES)),
    text("browser", &["browser"], Text::Words(&BROWSERS)),
    text("system", &["os", "operating_system"], Text::Words(&SYSTEMS)),
    text("color", &["color", "colour"], Text::Words(&COLORS)),
    text("gender", &["gender", "sex"], Text::Words(&GENDERS)),
    text("tier", &["tier", "plan", "segment"], Text::Words(&TIERS)),
    text("unit", &["unit", "uom"], Text::Words(&UNITS)),
    text("job", &["job", "job_title", "occupation", "profession", "role"], Text::Words(&JOBS)),
    text(
        "sentence",
        &[
            "description",
            "comment",
            "message",
            "text",
            "note",
            "notes",
            "body",
            "content",
            "details",
            "summary",
            "reason",
            "remark",
            "review",
        ],
        Text::Sentence,
    ),
    text("title", &["title", "subject", "headline", "label"], Text::Title),
    text("version", &["version", "release"], Text::Version),
    text("sku", &["sku", "code", "product_code", "reference", "ref"], Text::Sku),
    text("hash", &["hash", "checksum", "digest", "token", "fingerprint", "md5", "sha256"], Text::Hex(32)),
];

/// The distribution that a kind of number has, unscaled.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shape {
    Uniform { min: f64, max: f64 },
    Normal { mean: f64, deviation: f64, min: f64, max: f64 },
    LogNormal { median: f64, sigma: f64, min: f64, max: f64 },
}

/// A kind of number.
#[derive(Debug)]
pub(crate) struct NumberKind {
    pub(crate) name: &'static str,
    pub(crate) endings: &'static [&'static str],
    pub(crate) shape: Shape,
    /// For doubles and floats; ints are whole anyway.
    pub(crate) decimals: u32,
}

const fn number(name: &'static str, endings: &'static [&'static str], shape: Shape, decimals: u32) -> NumberKind {
    NumberKind { name, endings, shape, decimals }
}

const fn uniform(min: f64, max: f64) -> Shape {
    Shape::Uniform { min, max }
}

const fn normal(mean: f64, deviation: f64, min: f64, max: f64) -> Shape {
    Shape::Normal { mean, deviation, min, max }
}

const fn log_normal(median: f64, sigma: f64, min: f64, max: f64) -> Shape {
    Shape::LogNormal { median, sigma, min, max }
}

pub(crate) static NUMBER_KINDS: [NumberKind; 24] = [
    number("cents", &["cents", "price_cents", "amount_cents"], log_normal(3_500.0, 0.9, 50.0, 500_000.0), 0),
    number("discount", &["discount", "discount_rate", "vat_rate", "tax_rate"], uniform(0.0, 0.3), 2),
    number(
        "price",
        &[
            "price",
            "amount",
            "total",
            "cost",
            "fee",
            "subtotal",
            "charge",
            "payment",
            "fare",
            "tax",
            "tip",
            "value_usd",
            "unit_price",
            "tolls",
            "spend",
        ],
        log_normal(35.0, 0.9, 0.5, 5_000.0),
        2,
    ),
    number(
        "balance",
        &["balance", "revenue", "salary", "income", "budget", "limit", "profit"],
        log_normal(2_500.0, 0.8, 1.0, 250_000.0),
        2,
    ),
    number("quantity", &["quantity", "qty", "units", "pieces", "items"], log_normal(2.0, 0.7, 1.0, 20.0), 0),
    number("count", &["count", "num", "views", "clicks", "likes", "visits", "stock"], uniform(0.0, 100.0), 0),
    number("age", &["age"], normal(40.0, 14.0, 18.0, 95.0), 0),
    number("percent", &["percent", "percentage", "pct", "humidity", "battery", "usage", "cpu"], uniform(0.0, 100.0), 1),
    number("ratio", &["ratio", "rate", "probability", "confidence", "share", "fraction"], uniform(0.0, 1.0), 4),
    number("rating", &["rating", "stars"], normal(4.0, 0.9, 1.0, 5.0), 1),
    number("score", &["score", "rank", "points"], uniform(0.0, 100.0), 1),
    number("temperature", &["temperature", "temp", "celsius"], normal(20.0, 5.0, -20.0, 50.0), 1),
    number("pressure", &["pressure"], normal(1_013.0, 8.0, 950.0, 1_060.0), 1),
    number("latitude", &["latitude", "lat"], uniform(-60.0, 70.0), 6),
    number("longitude", &["longitude", "lon", "lng", "long"], uniform(-180.0, 180.0), 6),
    number("speed", &["speed", "velocity"], normal(60.0, 20.0, 0.0, 180.0), 1),
    number("distance", &["distance", "miles", "km", "mileage"], log_normal(5.0, 0.9, 0.1, 500.0), 2),
    number("weight", &["weight", "mass", "kg"], log_normal(3.0, 0.8, 0.05, 200.0), 2),
    number(
        "duration",
        &[
            "duration",
            "elapsed",
            "latency",
            "duration_ms",
            "latency_ms",
            "elapsed_ms",
            "took_ms",
            "response_time",
            "response_time_ms",
            "duration_seconds",
            "seconds",
        ],
        log_normal(120.0, 0.8, 1.0, 60_000.0),
        1,
    ),
    number("bytes", &["bytes", "size", "size_bytes", "length"], log_normal(4_096.0, 1.2, 16.0, 10_000_000.0), 0),
    number("port", &["port"], uniform(1_024.0, 65_535.0), 0),
    number("year", &["year"], uniform(1_990.0, 2_026.0), 0),
    number("month", &["month"], uniform(1.0, 12.0), 0),
    number("version_number", &["version", "revision", "attempt", "retries"], uniform(1.0, 5.0), 0),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_have_names_of_their_own() {
        let mut names: Vec<&str> = TEXT_KINDS.iter().map(|kind| kind.name).collect();
        names.extend(NUMBER_KINDS.iter().map(|kind| kind.name));
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
    }
}
