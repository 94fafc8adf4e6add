//! Numbers and identifiers as digits, in texts, keys and JSON.

const HEX: &[u8; 16] = b"0123456789abcdef";

/// 10 to the power of `decimals`, at most 10^18.
pub(crate) const fn power_of_ten(decimals: u32) -> i64 {
    10_i64.pow(if decimals > 18 { 18 } else { decimals })
}

/// Appends a scaled number as decimal text.
pub(crate) fn put_text(out: &mut Vec<u8>, scaled: i64, decimals: u32) {
    let scale = power_of_ten(decimals).unsigned_abs();
    if scaled < 0 {
        out.push(b'-');
    }
    let digits = scaled.unsigned_abs();
    put_digits(out, digits / scale, 1);
    if decimals > 0 {
        out.push(b'.');
        put_digits(out, digits % scale, decimals as usize);
    }
}

/// Appends a whole number with at least `width` digits.
pub(crate) fn put_digits(out: &mut Vec<u8>, mut value: u64, width: usize) {
    let mut digits = [b'0'; 20];
    let mut first = 20;
    while value > 0 {
        first -= 1;
        digits[first] = b'0' + (value % 10) as u8;
        value /= 10;
    }
    first = first.min(20 - width.clamp(1, 20));
    out.extend_from_slice(&digits[first..]);
}

/// Appends the lowest `digits` (up to 16) hexadecimal digits.
#[expect(clippy::cast_possible_truncation, reason = "masked to four bits")]
pub(crate) fn put_hex(out: &mut Vec<u8>, bits: u64, digits: u32) {
    (0..digits).rev().for_each(|digit| out.push(HEX[(bits >> (4 * digit)) as usize & 15]));
}

/// Appends a UUID in its usual form.
pub(crate) fn put_uuid(out: &mut Vec<u8>, bytes: &[u8; 16]) {
    let mut text = [b'-'; 36];
    let mut at = 0;
    for (index, byte) in bytes.iter().enumerate() {
        if matches!(index, 4 | 6 | 8 | 10) {
            at += 1;
        }
        text[at] = HEX[usize::from(byte >> 4)];
        text[at + 1] = HEX[usize::from(byte & 15)];
        at += 2;
    }
    out.extend_from_slice(&text);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn text_of_a_number_reads_back(value: i64) {
            let mut out = Vec::new();
            put_text(&mut out, value, 0);
            prop_assert_eq!(String::from_utf8(out).unwrap(), value.to_string());
        }
    }

    #[test]
    fn decimals_keep_their_zeros() {
        let mut out = Vec::new();
        put_text(&mut out, -1205, 2);
        out.push(b' ');
        put_text(&mut out, 5, 2);
        assert_eq!(out, b"-12.05 0.05");
    }
}
