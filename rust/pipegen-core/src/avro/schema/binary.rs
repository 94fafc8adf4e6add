//! Avro's binary encoding of the smallest parts: zigzag varints and length-prefixed bytes.

/// Appends an int or long.
#[inline]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "zigzag and varint are bit operations")]
pub(crate) fn put_long(out: &mut Vec<u8>, value: i64) {
    let mut rest = ((value << 1) ^ (value >> 63)) as u64;
    if rest < 0x80 {
        out.push(rest as u8);
        return;
    }
    let mut bytes = [0_u8; 10];
    let mut length = 0;
    while rest >= 0x80 {
        bytes[length] = rest as u8 | 0x80;
        rest >>= 7;
        length += 1;
    }
    bytes[length] = rest as u8;
    out.extend_from_slice(&bytes[..=length]);
}

/// Appends a length, known to fit.
#[inline]
#[expect(clippy::cast_possible_wrap, reason = "no buffer holds 2^63 bytes")]
pub(crate) fn put_length(out: &mut Vec<u8>, length: usize) {
    put_long(out, length as i64);
}

/// Appends bytes or text with its length.
#[inline]
pub(crate) fn put_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    put_length(out, bytes.len());
    out.extend_from_slice(bytes);
}

/// Appends what `fill` writes, with its length before it.
///
/// Nearly all values are shorter than 64 bytes, whose length takes one byte: that one is set aside and filled in after;
/// a longer value is moved up.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "checked to be below 64")]
pub(crate) fn put_sized(out: &mut Vec<u8>, fill: impl FnOnce(&mut Vec<u8>)) {
    let start = out.len();
    out.push(0);
    fill(out);
    let length = out.len() - start - 1;
    if length < 64 {
        out[start] = (length as u8) << 1;
    } else {
        let mut prefix = Vec::with_capacity(10);
        put_length(&mut prefix, length);
        out.splice(start..=start, prefix);
    }
}

/// The shortest big-endian two's complement of `value`, as Avro's decimal wants it.
pub(crate) fn put_decimal(out: &mut Vec<u8>, value: i64) {
    let bytes = value.to_be_bytes();
    let sign = if value < 0 { 0xff } else { 0 };
    let mut first = 0;
    while first < 7 && bytes[first] == sign && (bytes[first + 1] ^ sign) & 0x80 == 0 {
        first += 1;
    }
    put_bytes(out, &bytes[first..]);
}

/// The zigzag varint at the start of `bytes` and its length; `None` when cut off or longer than 64 bits.
#[inline]
#[expect(clippy::cast_possible_wrap, reason = "zigzag is a bit operation")]
pub(crate) fn take_long(bytes: &[u8]) -> Result<(i64, usize), VarintError> {
    let mut value = 0_u64;
    for (index, &byte) in bytes.iter().take(10).enumerate() {
        if index == 9 && byte > 1 {
            return Err(VarintError::TooLong);
        }
        value |= u64::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            return Ok(((value >> 1) as i64 ^ -((value & 1) as i64), index + 1));
        }
    }
    Err(VarintError::Truncated)
}

/// Why no varint could be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum VarintError {
    Truncated,
    TooLong,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_long_reads_back(value: i64) {
            let mut out = Vec::new();
            put_long(&mut out, value);
            prop_assert_eq!(take_long(&out), Ok((value, out.len())));
        }

        #[test]
        fn a_sized_value_equals_its_prefixed_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let (mut sized, mut plain) = (vec![1], vec![1]);
            put_sized(&mut sized, |out| out.extend_from_slice(&bytes));
            put_bytes(&mut plain, &bytes);
            prop_assert_eq!(sized, plain);
        }

        #[test]
        fn a_decimal_is_as_short_as_can_be(value in prop_oneof![any::<i64>(), -70_000_i64..70_000, -200_i64..200]) {
            let mut out = Vec::new();
            put_decimal(&mut out, value);
            let bytes = &out[1..];
            let sign = if bytes[0] & 0x80 == 0 { 0_i64 } else { -1 };
            prop_assert_eq!(bytes.iter().fold(sign, |sum, byte| (sum << 8) | i64::from(*byte)), value);
            prop_assert!(bytes.len() == 1 || !matches!((bytes[0], bytes[1] & 0x80), (0, 0) | (0xff, 0x80)));
        }
    }

    #[test]
    fn an_overlong_varint_is_refused() {
        assert_eq!(take_long(&[0xff; 11]), Err(VarintError::TooLong));
        assert_eq!(take_long(&[0x80]), Err(VarintError::Truncated));
    }
}
