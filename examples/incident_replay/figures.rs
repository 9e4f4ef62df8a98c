//! Small statistics.

use serde::Serialize;

/// How a quantity is spread. Absent figures are those of nothing.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Spread {
    pub n: usize,
    pub mean: Option<f64>,
    pub p50: Option<f64>,
    pub p90: Option<f64>,
    pub max: Option<f64>,
}

impl Spread {
    pub fn of(mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        let n = values.len();
        let mean = (n > 0).then(|| values.iter().sum::<f64>() / n as f64);
        Self {
            n,
            mean: mean.map(rounded),
            p50: quantile(&values, 50).map(rounded),
            p90: quantile(&values, 90).map(rounded),
            max: values.last().copied().map(rounded),
        }
    }
}

/// The quantile at so many per cent of sorted values, interpolated between neighbours (type 7 of Hyndman and
/// Fan, 1996).
fn quantile(sorted: &[f64], percent: usize) -> Option<f64> {
    let steps = sorted.len().checked_sub(1)? * percent;
    let low = sorted.get(steps / 100)?;
    let high = sorted.get(steps / 100 + 1).unwrap_or(low);
    Some(low + (high - low) * (steps % 100) as f64 / 100.0)
}

/// Six decimals.
fn rounded(value: f64) -> f64 {
    (value * 1e6).round() / 1e6
}
