//! The words that made-up values consist of: common given and family names, real places, reserved domains and addresses.

/// A city with what belongs to it.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) city: &'static str,
    pub(crate) region: &'static str,
    pub(crate) country_code: &'static str,
    pub(crate) country: &'static str,
    pub(crate) currency: &'static str,
    pub(crate) timezone: &'static str,
    pub(crate) locale: &'static str,
}

const fn place(words: [&'static str; 7]) -> Place {
    let [city, region, country_code, country, currency, timezone, locale] = words;
    Place { city, region, country_code, country, currency, timezone, locale }
}

pub(crate) static PLACES: [Place; 24] = [
    place(["New York", "New York", "US", "United States", "USD", "America/New_York", "en-US"]),
    place(["Chicago", "Illinois", "US", "United States", "USD", "America/Chicago", "en-US"]),
    place(["Seattle", "Washington", "US", "United States", "USD", "America/Los_Angeles", "en-US"]),
    place(["Toronto", "Ontario", "CA", "Canada", "CAD", "America/Toronto", "en-CA"]),
    place(["Mexico City", "CDMX", "MX", "Mexico", "MXN", "America/Mexico_City", "es-MX"]),
    place(["São Paulo", "São Paulo", "BR", "Brazil", "BRL", "America/Sao_Paulo", "pt-BR"]),
    place(["London", "England", "GB", "United Kingdom", "GBP", "Europe/London", "en-GB"]),
    place(["Dublin", "Leinster", "IE", "Ireland", "EUR", "Europe/Dublin", "en-IE"]),
    place(["Paris", "Île-de-France", "FR", "France", "EUR", "Europe/Paris", "fr-FR"]),
    place(["Berlin", "Berlin", "DE", "Germany", "EUR", "Europe/Berlin", "de-DE"]),
    place(["Munich", "Bavaria", "DE", "Germany", "EUR", "Europe/Berlin", "de-DE"]),
    place(["Madrid", "Madrid", "ES", "Spain", "EUR", "Europe/Madrid", "es-ES"]),
    place(["Milan", "Lombardy", "IT", "Italy", "EUR", "Europe/Rome", "it-IT"]),
    place(["Amsterdam", "North Holland", "NL", "Netherlands", "EUR", "Europe/Amsterdam", "nl-NL"]),
    place(["Zürich", "Zürich", "CH", "Switzerland", "CHF", "Europe/Zurich", "de-CH"]),
    place(["Stockholm", "Stockholm", "SE", "Sweden", "SEK", "Europe/Stockholm", "sv-SE"]),
    place(["Warsaw", "Masovia", "PL", "Poland", "PLN", "Europe/Warsaw", "pl-PL"]),
    place(["Cape Town", "Western Cape", "ZA", "South Africa", "ZAR", "Africa/Johannesburg", "en-ZA"]),
    place(["Nairobi", "Nairobi", "KE", "Kenya", "KES", "Africa/Nairobi", "en-KE"]),
    place(["Mumbai", "Maharashtra", "IN", "India", "INR", "Asia/Kolkata", "hi-IN"]),
    place(["Singapore", "Singapore", "SG", "Singapore", "SGD", "Asia/Singapore", "en-SG"]),
    place(["Tokyo", "Tokyo", "JP", "Japan", "JPY", "Asia/Tokyo", "ja-JP"]),
    place(["Seoul", "Seoul", "KR", "South Korea", "KRW", "Asia/Seoul", "ko-KR"]),
    place(["Sydney", "New South Wales", "AU", "Australia", "AUD", "Australia/Sydney", "en-AU"]),
];

pub(crate) static GIVEN_NAMES: [&str; 48] = [
    "Ada", "Aisha", "Alex", "Amir", "Ana", "Anna", "Ben", "Carlos", "Chen", "Clara", "Daniel", "David", "Elena",
    "Emma", "Eva", "Fatima", "Grace", "Hana", "Hugo", "Ines", "Ivan", "James", "Jana", "Jonas", "Julia", "Kai",
    "Karim", "Laura", "Leo", "Lina", "Lucas", "Maria", "Marta", "Mei", "Mia", "Nina", "Noah", "Nora", "Olga", "Omar",
    "Paul", "Priya", "Ravi", "Sara", "Sofia", "Tom", "Yuki", "Zoe",
];

pub(crate) static FAMILY_NAMES: [&str; 48] = [
    "Adams", "Ali", "Allen", "Baker", "Bauer", "Becker", "Brown", "Clark", "Costa", "Davis", "Diaz", "Evans",
    "Fischer", "Garcia", "Green", "Hall", "Harris", "Ito", "Jansen", "Johnson", "Jones", "Khan", "Kim", "King",
    "Kumar", "Lee", "Lewis", "Lopez", "Martin", "Meyer", "Miller", "Moore", "Novak", "Patel", "Perez", "Roberts",
    "Rossi", "Santos", "Schmidt", "Scott", "Silva", "Singh", "Smith", "Tanaka", "Taylor", "Walker", "Weber", "Wilson",
];

/// Domains that the standards keep free for examples (RFC 2606).
pub(crate) static DOMAINS: [&str; 3] = ["example.com", "example.org", "example.net"];

/// Networks that the standards keep free for documentation (RFC 5737).
pub(crate) static NETWORKS: [&str; 3] = ["192.0.2.", "198.51.100.", "203.0.113."];

pub(crate) static ADJECTIVES: [&str; 32] = [
    "amber", "bold", "brisk", "calm", "classic", "clear", "compact", "crisp", "deep", "eager", "early", "fresh",
    "gentle", "grand", "green", "light", "lively", "lucid", "mellow", "modern", "neat", "plain", "prime", "quick",
    "quiet", "rapid", "simple", "smart", "solid", "steady", "sunny", "vivid",
];

pub(crate) static NOUNS: [&str; 32] = [
    "anchor", "basket", "beacon", "bottle", "bridge", "canyon", "carbon", "cedar", "circle", "compass", "engine",
    "fabric", "falcon", "garden", "harbor", "island", "lamp", "lantern", "maple", "market", "meadow", "mirror",
    "orbit", "pencil", "planet", "ribbon", "river", "signal", "summit", "table", "valley", "window",
];

pub(crate) static VERBS: [&str; 12] = [
    "arrived", "changed", "closed", "ended", "failed", "finished", "moved", "opened", "passed", "returned", "started",
    "waited",
];

pub(crate) static STREETS: [&str; 12] = [
    "Cedar Street",
    "Church Road",
    "Elm Street",
    "Garden Lane",
    "High Street",
    "Hill Road",
    "Lake Avenue",
    "Main Street",
    "Maple Avenue",
    "Mill Lane",
    "Park Road",
    "Station Road",
];

pub(crate) static STATUSES: [&str; 5] = ["new", "pending", "active", "completed", "cancelled"];
pub(crate) static CATEGORIES: [&str; 8] =
    ["books", "clothing", "electronics", "food", "garden", "health", "sports", "toys"];
pub(crate) static EVENT_TYPES: [&str; 6] = ["created", "updated", "viewed", "clicked", "purchased", "deleted"];
pub(crate) static LEVELS: [&str; 5] = ["debug", "info", "info", "warning", "error"];
pub(crate) static PRIORITIES: [&str; 3] = ["low", "medium", "high"];
pub(crate) static HTTP_METHODS: [&str; 5] = ["GET", "GET", "POST", "PUT", "DELETE"];
pub(crate) static PAYMENT_METHODS: [&str; 4] = ["card", "bank_transfer", "wallet", "invoice"];
pub(crate) static CHANNELS: [&str; 4] = ["web", "mobile", "store", "partner"];
pub(crate) static DEVICES: [&str; 4] = ["phone", "tablet", "laptop", "desktop"];
pub(crate) static BROWSERS: [&str; 4] = ["Chrome", "Firefox", "Safari", "Edge"];
pub(crate) static SYSTEMS: [&str; 5] = ["Android", "iOS", "Linux", "macOS", "Windows"];
pub(crate) static COLORS: [&str; 8] = ["black", "blue", "brown", "green", "grey", "red", "white", "yellow"];
pub(crate) static GENDERS: [&str; 3] = ["female", "male", "unspecified"];
pub(crate) static TIERS: [&str; 4] = ["free", "basic", "plus", "premium"];
pub(crate) static UNITS: [&str; 5] = ["piece", "kg", "g", "l", "m"];
pub(crate) static JOBS: [&str; 8] =
    ["accountant", "analyst", "designer", "engineer", "manager", "nurse", "technician", "teacher"];
pub(crate) static AGENTS: [&str; 3] = [
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0 Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5",
];
