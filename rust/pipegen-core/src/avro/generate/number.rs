//! Numbers: every law yields an integer that is the value times 10^decimals, so that ints, doubles with two decimals and
//! decimals share one way.
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "results are clamped to the number's range before and after rounding"
)]

use std::sync::Arc;

use super::draw::Draw;
use super::shared::Shared;
use super::states::Machine;
use super::stratum::Stratum;
use crate::avro::schema::calendar::DAY_NS;
use crate::rng::{Weighted, Zipf};

/// Where a number comes from, scaled, and the range it keeps to.
#[derive(Clone, Debug)]
pub(crate) struct Number {
    pub(crate) law: Law,
    pub(crate) min: i64,
    pub(crate) max: i64,
}

/// How a number is distributed; all parameters are scaled.
#[derive(Clone, Debug)]
pub(crate) enum Law {
    /// Every value of the range alike.
    Uniform,
    Normal {
        mean: f64,
        deviation: f64,
    },
    /// `log_median` is the logarithm of the scaled median.
    LogNormal {
        log_median: f64,
        sigma: f64,
    },
    /// Between two neighbours of a list, each pair as likely: the list holds values at even shares.
    Quantiles(Box<[i64]>),
    /// `min`, `min + step`, …: the lower the likelier.
    Zipf {
        zipf: Zipf,
        step: i64,
    },
    Choice(Weighted<i64>),
    /// `start + step × event`, starting over at the end of the range.
    Sequence {
        start: i64,
        step: i64,
    },
    /// (due time + offset), as time of day or since the epoch, in units of `unit_ns`.
    Due {
        unit_ns: i64,
        time_of_day: bool,
        offset_min_ns: i64,
        offset_span_ns: u64,
    },
    /// The number that belongs to the state, such as an enum's index.
    State {
        machine: Arc<Machine>,
        numbers: Box<[i64]>,
    },
    /// `first` and how many keys come before the event's, times `step`, starting over at the end of the range.
    Shared {
        shared: Arc<Shared>,
        step: i64,
    },
    /// The number of the entity that the event belongs to, starting over at the end of the range.
    Entity(Arc<Machine>),
}

impl Number {
    /// All numbers from `min` to `max` alike.
    pub(crate) const fn uniform(min: i64, max: i64) -> Self {
        Self { law: Law::Uniform, min, max }
    }

    /// The numbers of the entities that a machine leads, from 1.
    pub(crate) fn entity(machine: &Arc<Machine>, max: i64) -> Self {
        Self { law: Law::Entity(Arc::clone(machine)), min: 1, max }
    }

    /// The due time itself since the epoch.
    pub(crate) const fn due(unit_ns: i64) -> Self {
        Self::around_due(unit_ns, 0, 0)
    }

    /// The due time plus a random offset.
    pub(crate) const fn around_due(unit_ns: i64, offset_min_ns: i64, offset_span_ns: u64) -> Self {
        let law = Law::Due { unit_ns, time_of_day: false, offset_min_ns, offset_span_ns };
        Self { law, min: i64::MIN, max: i64::MAX }
    }

    /// The due time's time of day (UTC).
    pub(crate) const fn due_time_of_day(unit_ns: i64) -> Self {
        let law = Law::Due { unit_ns, time_of_day: true, offset_min_ns: 0, offset_span_ns: 0 };
        Self { law, min: 0, max: i64::MAX }
    }

    /// One number.
    #[inline]
    pub(crate) fn draw(&self, draw: &mut Draw) -> i64 {
        if let Some(stratum) = draw.stratum
            && let Some(number) = self.of_stratum(&stratum)
        {
            return number;
        }
        match &self.law {
            Law::Uniform => {
                let span = self.max.wrapping_sub(self.min) as u64;
                let offset = if span == u64::MAX { draw.rng.bits() } else { draw.rng.below(span + 1) };
                self.min.wrapping_add(offset as i64)
            }
            Law::Normal { mean, deviation } => self.clamp(mean + deviation * draw.rng.normal()),
            Law::LogNormal { log_median, sigma } => self.clamp(libm::exp(log_median + sigma * draw.rng.normal())),
            Law::Quantiles(values) => {
                let part = draw.rng.below(values.len() as u64 - 1) as usize;
                let (low, high) = (values[part], values[part + 1]);
                low.wrapping_add(draw.rng.below((high.wrapping_sub(low) as u64).saturating_add(1)) as i64)
            }
            Law::Zipf { zipf, step } => {
                let rank = zipf.draw(&mut draw.rng);
                self.min.saturating_add(step.saturating_mul((rank - 1) as i64)).min(self.max)
            }
            Law::Choice(choice) => *choice.draw(&mut draw.rng),
            Law::Sequence { start, step } => {
                let value = i128::from(*start) + i128::from(*step) * i128::from(draw.event);
                let (min, max) = (i128::from(self.min), i128::from(self.max));
                if min <= value && value <= max {
                    return value as i64;
                }
                (min + (value - min).rem_euclid(max - min + 1)) as i64
            }
            Law::Due { unit_ns, time_of_day, offset_min_ns, offset_span_ns } => {
                let mut time_ns = draw.due_ns;
                if *offset_span_ns > 0 || *offset_min_ns != 0 {
                    let offset_ns = draw.rng.below(offset_span_ns.saturating_add(1)) as i64;
                    time_ns = time_ns.saturating_add(offset_min_ns.saturating_add(offset_ns));
                }
                if *time_of_day {
                    time_ns = time_ns.rem_euclid(DAY_NS);
                }
                time_ns.div_euclid(*unit_ns).clamp(self.min, self.max)
            }
            Law::State { machine, numbers } => numbers[machine.at(draw.seed, draw.event).state],
            Law::Shared { shared, step } => {
                if let Some(trace) = &shared.trace {
                    return trace.whole(shared.index(draw));
                }
                let place = i128::from(shared.first) + i128::from(shared.index(draw));
                let (value, min, max) = (place * i128::from(*step), i128::from(self.min), i128::from(self.max));
                if value <= max {
                    return value as i64;
                }
                (min + (value - min).rem_euclid(max - min + 1)) as i64
            }
            Law::Entity(machine) => {
                let entity = i128::from(machine.at(draw.seed, draw.event).entity);
                let (min, max) = (i128::from(self.min), i128::from(self.max));
                (min + (entity - min).rem_euclid(max - min + 1)) as i64
            }
        }
    }

    /// The number at a place of those that are drawn without replacement; None for laws that know no place.
    fn of_stratum(&self, stratum: &Stratum) -> Option<i64> {
        match &self.law {
            Law::Uniform => {
                let span = self.max.wrapping_sub(self.min) as u64;
                Some(self.min.wrapping_add(stratum.between(span) as i64))
            }
            Law::Quantiles(values) => {
                let (number, strata) = stratum.number();
                let (number, last) = (u128::from(number) * (values.len() as u128 - 1), u128::from(strata.max(2) - 1));
                let part = (number / last) as usize;
                let (low, high) = (values[part], values[(part + 1).min(values.len() - 1)]);
                let width = u128::from(high.wrapping_sub(low) as u64);
                Some(low.wrapping_add(((width * (number % last) + last / 2) / last) as i64))
            }
            Law::Choice(choice) => Some(*choice.at(stratum.place, stratum.rows)),
            _ => None,
        }
    }

    fn clamp(&self, value: f64) -> i64 {
        // `as` saturates, so that even an infinite value ends at the range's border.
        (value.round() as i64).clamp(self.min, self.max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn uniform_numbers_keep_their_range(a: i64, b: i64, event: u64) {
            let number = Number::uniform(a.min(b), a.max(b));
            let value = number.draw(&mut Draw::new(1, event, 0));
            prop_assert!(number.min <= value && value <= number.max);
        }

        #[test]
        fn a_sequence_starts_over_at_the_end_of_its_range(start in 0_i64..10, step in -5_i64..5, event in 0_u64..1_000) {
            let number = Number { law: Law::Sequence { start, step }, min: 0, max: 99 };
            let value = number.draw(&mut Draw::new(1, event, 0));
            prop_assert_eq!(value, (start + step * i64::try_from(event).unwrap()).rem_euclid(100));
        }
    }

    #[test]
    fn a_time_moves_by_its_offset_where_that_has_one_end_or_begins_at_the_due_time() {
        let seconds = |offset_min_ns, offset_span_ns| {
            let number = Number::around_due(1_000_000_000, offset_min_ns, offset_span_ns);
            (0..200).map(|event| number.draw(&mut Draw::new(1, event, 100_000_000_000))).collect::<Vec<_>>()
        };
        assert!(seconds(-5_000_000_000, 0).iter().all(|&second| second == 95));
        let spread = seconds(0, 9_000_000_000);
        assert!(spread.iter().all(|second| (100..=109).contains(second)));
        assert!(spread.iter().any(|&second| second > 104));
    }
}
