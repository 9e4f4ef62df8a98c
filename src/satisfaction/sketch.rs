//! How durations are spread: exact for few, within 1 % for many.
#![expect(clippy::float_arithmetic, reason = "statistics")]

use serde::{Deserialize, Serialize};

use super::interval::real;
use crate::kernel::BasisPoints;

/// Each doubling is cut into 2^6 parts, so a part is at most 1/64 wide and its middle at most 1/128 off.
const BITS: u32 = 6;

/// Quantiles of any number of whole numbers in a few kilobytes.
///
/// Numbers below 128 are kept exactly; of larger ones each doubling is cut into 64 equal parts, and a quantile is the middle of
/// its part: at most 1/128, less than 1 %, off the number of that rank. Merging is exact: the sketch of two lots
/// is the sum of their sketches, in any order. (Log-linear buckets, as in Tene's HdrHistogram.)
///
/// ```
/// use aftercare::kernel::BasisPoints;
/// use aftercare::satisfaction::Sketch;
/// let mut sketch = Sketch::default();
/// for ms in 1..=1_000_000 {
///     sketch.add(ms);
/// }
/// let p90 = sketch.quantile(BasisPoints::from_percent(90)).unwrap();
/// assert!(p90.abs_diff(900_000) <= 9_000);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Stored", into = "Stored")]
pub struct Sketch {
    /// By bucket, without the empty ones behind the last.
    counts: Vec<u64>,
}

/// Bucket and count, without the empty ones.
#[derive(Serialize, Deserialize)]
struct Stored(Vec<(u16, u64)>);

impl From<Sketch> for Stored {
    fn from(sketch: Sketch) -> Self {
        let counts = (0..).zip(sketch.counts);
        Self(counts.filter(|(_, count)| *count > 0).collect())
    }
}

impl From<Stored> for Sketch {
    fn from(stored: Stored) -> Self {
        let mut sketch = Self::default();
        for (bucket, count) in stored.0 {
            // A bucket that no number can have is not one of ours.
            if usize::from(bucket) <= bucket_of(u64::MAX) {
                sketch.add_to(usize::from(bucket), count);
            }
        }
        sketch
    }
}

/// The bucket of a number.
#[inline]
const fn bucket_of(value: u64) -> usize {
    let shift = 63 - BITS - (value | 1 << BITS).leading_zeros();
    let bucket = ((shift as u64) << BITS) + (value >> shift);
    #[expect(clippy::cast_possible_truncation, reason = "below 2^12")]
    let bucket = bucket as usize;
    bucket
}

/// The middle of a bucket.
fn middle_of(bucket: usize) -> u64 {
    let bucket = u64::try_from(bucket).unwrap_or(u64::MAX);
    let shift = (bucket >> BITS).saturating_sub(1);
    let low = (bucket - (shift << BITS)) << shift;
    low + ((1 << shift) >> 1)
}

impl Sketch {
    /// One more number.
    #[inline]
    pub fn add(&mut self, value: u64) {
        let bucket = bucket_of(value);
        match self.counts.get_mut(bucket) {
            Some(count) => *count = count.wrapping_add(1),
            None => self.add_to(bucket, 1),
        }
    }

    #[cold]
    fn add_to(&mut self, bucket: usize, times: u64) {
        if self.counts.len() <= bucket {
            self.counts.resize(bucket.saturating_add(1), 0);
        }
        if let Some(count) = self.counts.get_mut(bucket) {
            *count = count.saturating_add(times);
        }
    }

    /// Both together.
    pub fn merge(&mut self, other: &Self) {
        if self.counts.len() < other.counts.len() {
            self.counts.resize(other.counts.len(), 0);
        }
        for (count, more) in self.counts.iter_mut().zip(&other.counts) {
            *count = count.saturating_add(*more);
        }
    }

    /// How many numbers.
    #[must_use]
    pub fn n(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// The number of this rank (nearest rank), at most 1 % off; `None` of nothing.
    #[must_use]
    pub fn quantile(&self, at: BasisPoints) -> Option<u64> {
        let rank = nearest_rank(self.n(), at)?;
        let mut seen = 0_u64;
        self.points().find_map(|(value, count)| {
            seen = seen.saturating_add(count);
            (seen >= rank).then_some(value)
        })
    }

    /// The middles of its parts and how many numbers are there, the lowest first.
    fn points(&self) -> impl Iterator<Item = (u64, u64)> {
        let counts = self.counts.iter().copied().enumerate();
        let filled = counts.filter(|(_, count)| *count > 0);
        filled.map(|(bucket, count)| (middle_of(bucket), count))
    }
}

/// The rank, from 1, of a quantile of `n` numbers: the least that has at least this share at or below it.
#[must_use]
pub fn nearest_rank(n: u64, at: BasisPoints) -> Option<u64> {
    let whole = u128::from(BasisPoints::WHOLE.get());
    let rank = (u128::from(n) * u128::from(at.get())).div_ceil(whole);
    let rank = u64::try_from(rank).unwrap_or(u64::MAX);
    (n > 0).then(|| rank.clamp(1, n))
}

/// How a quantity is spread: every value up to [`Spread::EXACT`] of them, a [`Sketch`] beyond. Merging is exact and in any order.
///
/// The unit is that of what was added; the library's measures are in milliseconds.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(from = "StoredSpread", into = "StoredSpread")]
pub struct Spread {
    n: u64,
    sum: u128,
    least: u64,
    most: u64,
    values: Values,
}

#[derive(Clone, Debug)]
enum Values {
    /// In any order.
    All(Vec<u64>),
    Many(Sketch),
}

impl Default for Values {
    fn default() -> Self {
        Self::All(Vec::new())
    }
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum StoredSpread {
    /// The values, the lowest first.
    All(Vec<u64>),
    /// The sums of many, the upper and the lower half of the sum apart.
    Many {
        sum: (u64, u64),
        least: u64,
        most: u64,
        sketch: Sketch,
    },
}

impl From<Spread> for StoredSpread {
    fn from(spread: Spread) -> Self {
        match spread.values {
            Values::All(mut values) => {
                values.sort_unstable();
                Self::All(values)
            }
            Values::Many(sketch) => Self::Many {
                #[expect(clippy::cast_possible_truncation, reason = "cut into halves")]
                sum: ((spread.sum >> 64) as u64, spread.sum as u64),
                least: spread.least,
                most: spread.most,
                sketch,
            },
        }
    }
}

impl From<StoredSpread> for Spread {
    fn from(stored: StoredSpread) -> Self {
        match stored {
            StoredSpread::All(values) => values.into_iter().collect(),
            StoredSpread::Many {
                sum: (high, low),
                least,
                most,
                sketch,
            } => Self {
                n: sketch.n(),
                sum: u128::from(high) << 64 | u128::from(low),
                least,
                most,
                values: Values::Many(sketch),
            },
        }
    }
}

impl PartialEq for Spread {
    fn eq(&self, other: &Self) -> bool {
        let is_same = match (&self.values, &other.values) {
            (Values::Many(one), Values::Many(two)) => one == two,
            (Values::All(one), Values::All(two)) => sorted(one) == sorted(two),
            (Values::All(_), Values::Many(_)) | (Values::Many(_), Values::All(_)) => false,
        };
        is_same
            && (self.n, self.sum, self.least, self.most)
                == (other.n, other.sum, other.least, other.most)
    }
}

fn sorted(values: &[u64]) -> Vec<u64> {
    let mut values = values.to_vec();
    values.sort_unstable();
    values
}

impl FromIterator<u64> for Spread {
    fn from_iter<I: IntoIterator<Item = u64>>(values: I) -> Self {
        let mut spread = Self::default();
        for value in values {
            spread.add(value);
        }
        spread
    }
}

impl Spread {
    /// Up to so many values are kept as they are.
    pub const EXACT: usize = 4_096;

    /// One more value.
    pub fn add(&mut self, value: u64) {
        self.note(1, u128::from(value), value, value);
        match &mut self.values {
            Values::Many(sketch) => sketch.add(value),
            Values::All(values) => {
                values.push(value);
                self.bound();
            }
        }
    }

    fn note(&mut self, n: u64, sum: u128, least: u64, most: u64) {
        self.least = if self.n == 0 {
            least
        } else {
            self.least.min(least)
        };
        self.most = self.most.max(most);
        self.n = self.n.saturating_add(n);
        self.sum = self.sum.saturating_add(sum);
    }

    /// Both together.
    pub fn merge(&mut self, other: &Self) {
        if other.n == 0 {
            return;
        }
        self.note(other.n, other.sum, other.least, other.most);
        match (&mut self.values, &other.values) {
            (Values::All(values), Values::All(more)) => values.extend(more),
            (Values::Many(sketch), Values::All(more)) => {
                more.iter().for_each(|value| sketch.add(*value));
            }
            (Values::Many(sketch), Values::Many(more)) => sketch.merge(more),
            (Values::All(values), Values::Many(more)) => {
                let mut sketch = more.clone();
                values.iter().for_each(|value| sketch.add(*value));
                self.values = Values::Many(sketch);
            }
        }
        self.bound();
    }

    fn bound(&mut self) {
        if let Values::All(values) = &self.values
            && values.len() > Self::EXACT
        {
            let mut sketch = Sketch::default();
            values.iter().for_each(|value| sketch.add(*value));
            self.values = Values::Many(sketch);
        }
    }

    /// How many values.
    #[must_use]
    pub const fn n(&self) -> u64 {
        self.n
    }

    /// Their sum.
    #[must_use]
    pub const fn sum(&self) -> u128 {
        self.sum
    }

    /// The least; `None` of nothing.
    #[must_use]
    pub fn least(&self) -> Option<u64> {
        (self.n > 0).then_some(self.least)
    }

    /// The most; `None` of nothing.
    #[must_use]
    pub fn most(&self) -> Option<u64> {
        (self.n > 0).then_some(self.most)
    }

    /// The mean; `None` of nothing.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a mean is not exact anyway")]
    pub fn mean(&self) -> Option<f64> {
        (self.n > 0).then(|| self.sum as f64 / real(self.n))
    }

    /// Whether its quantiles are exact; otherwise they are at most 1 % off.
    #[must_use]
    pub const fn is_exact(&self) -> bool {
        matches!(self.values, Values::All(_))
    }

    /// The value of this rank (nearest rank); `None` of nothing.
    #[must_use]
    pub fn quantile(&self, at: BasisPoints) -> Option<u64> {
        match &self.values {
            Values::Many(sketch) => sketch
                .quantile(at)
                .map(|value| value.clamp(self.least, self.most)),
            Values::All(values) => {
                let rank = nearest_rank(self.n, at)?.saturating_sub(1);
                let values = sorted(values);
                values.get(usize::try_from(rank).ok()?).copied()
            }
        }
    }

    /// The quantile interpolated between neighbours (type 7 of Hyndman and Fan, The American Statistician 50, 1996, 361-365); `None` of nothing
    /// and where the values are not all kept.
    #[must_use]
    pub fn interpolated(&self, at: BasisPoints) -> Option<f64> {
        let Values::All(values) = &self.values else {
            return None;
        };
        let values = sorted(values);
        let whole = usize::try_from(BasisPoints::WHOLE.get()).ok()?;
        let steps = values.len().checked_sub(1)? * usize::try_from(at.get()).ok()?;
        let low = real(*values.get(steps / whole)?);
        let high = values
            .get(steps / whole + 1)
            .map_or(low, |high| real(*high));
        let part = real(u64::try_from(steps % whole).ok()?);
        Some(low + (high - low) * part / f64::from(BasisPoints::WHOLE.get()))
    }

    /// Values and how often they are there, the lowest first; parts of a sketch by their middle.
    #[must_use]
    pub fn points(&self) -> Vec<(u64, u64)> {
        match &self.values {
            Values::All(values) => sorted(values).into_iter().map(|value| (value, 1)).collect(),
            Values::Many(sketch) => sketch.points().collect(),
        }
    }
}

/// The quantile of `ended` durations where those in `open` are known only to last longer (censored to the right):
/// by the product-limit estimate of Kaplan and Meier (Journal of the American Statistical Association 53, 1958, 457-481).
/// Without open ones it is the nearest rank. `None` where too many are open to tell.
#[must_use]
pub fn censored_quantile(ended: &Spread, open: &Spread, at: BasisPoints) -> Option<u64> {
    if open.n() == 0 {
        return ended.quantile(at);
    }
    let target = 1.0 - f64::from(at.get()) / f64::from(BasisPoints::WHOLE.get());
    let mut left = ended.n().saturating_add(open.n());
    let mut surviving = 1.0_f64;
    let mut open = open.points().into_iter().peekable();
    for (value, count) in ended.points() {
        // What is open for exactly this long may still end later.
        while let Some((_, gone)) = open.next_if(|(lasted, _)| *lasted < value) {
            left = left.saturating_sub(gone);
        }
        surviving *= 1.0 - real(count) / real(left.max(1));
        left = left.saturating_sub(count);
        // A hair for what multiplying loses.
        if surviving <= target + 1e-12 {
            return Some(value);
        }
    }
    None
}
