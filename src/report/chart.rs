//! Charts as inline SVG. Each has a title for those who hear it; the table beside it has the numbers.
#![expect(clippy::float_arithmetic, reason = "places on a page")]

use std::fmt::Write;

use super::text::escaped;

const WIDTH: f64 = 360.0;

/// A bar: its label, how long it is, what is written at it, and the bounds of its uncertainty.
pub(super) struct Bar {
    pub(super) label: String,
    pub(super) value: f64,
    pub(super) text: String,
    pub(super) bounds: Option<(f64, f64)>,
    /// Whether it is bad news.
    pub(super) is_bad: bool,
}

fn open(height: f64, title: &str) -> String {
    let title = escaped(title);
    format!(
        "<svg viewBox=\"0 0 {WIDTH:.0} {height:.0}\" role=\"img\" aria-label=\"{title}\"><title>{title}</title>"
    )
}

/// Upright bars from nothing, side by side.
pub(super) fn columns(title: &str, bars: &[Bar]) -> String {
    let (height, foot) = (170.0, 146.0);
    let most = bars.iter().map(|bar| bar.value).fold(1e-9, f64::max);
    let count = bars.iter().fold(0.0, |n, _| n + 1.0_f64).max(1.0);
    let step = WIDTH / count;
    let mut svg = open(height, title);
    let mut left = 0.0;
    for bar in bars {
        let tall = bar.value / most * 122.0;
        let class = if bar.is_bad { "bad" } else { "bar" };
        let (x, y, wide) = (left + step * 0.12, foot - tall, step * 0.76);
        let middle = left + step / 2.0;
        let (label, text) = (escaped(&bar.label), escaped(&bar.text));
        let _ = write!(
            svg,
            "<rect class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{wide:.1}\" height=\"{tall:.1}\" rx=\"2\"/>\
             <text x=\"{middle:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{text}</text>\
             <text x=\"{middle:.1}\" y=\"162\" text-anchor=\"middle\">{label}</text>",
            y - 5.0
        );
        left += step;
    }
    svg + "</svg>"
}

/// Lying bars, to the left of nothing and to the right of it, with their bounds.
pub(super) fn bars(title: &str, bars: &[Bar]) -> String {
    let row = 34.0;
    let count = bars.iter().fold(0.0, |n, _| n + 1.0_f64);
    let mut svg = open(count * row + 6.0, title);
    let ends = bars.iter().flat_map(|bar| {
        let (lower, upper) = bar.bounds.unwrap_or((bar.value, bar.value));
        [lower, upper, bar.value]
    });
    let (least, most) = ends.fold((0.0_f64, 1e-9_f64), |(least, most), end| {
        (least.min(end), most.max(end))
    });
    let place = |value: f64| 6.0 + (value - least) / (most - least) * (WIDTH - 12.0);
    let zero = place(0.0);
    let mut top = 4.0;
    for bar in bars {
        let (x, wide) = (
            zero.min(place(bar.value)),
            (place(bar.value) - zero).abs().max(1.0),
        );
        let class = if bar.is_bad { "bad" } else { "bar" };
        let (label, text) = (escaped(&bar.label), escaped(&bar.text));
        let (line, middle) = (top + 11.0, top + 21.0);
        let _ = write!(
            svg,
            "<path class=\"axis\" d=\"M{zero:.1} {:.1}v16\"/>\
             <text x=\"6\" y=\"{line:.1}\">{label}</text>\
             <text x=\"354\" y=\"{line:.1}\" text-anchor=\"end\">{text}</text>\
             <rect class=\"{class}\" x=\"{x:.1}\" y=\"{:.1}\" width=\"{wide:.1}\" height=\"9\" rx=\"2\"/>",
            top + 13.0,
            top + 16.5
        );
        if let Some((lower, upper)) = bar.bounds {
            let (from, to) = (place(lower), place(upper));
            let _ = write!(
                svg,
                "<path class=\"whisker\" d=\"M{from:.1} {middle:.1}H{to:.1}M{from:.1} {:.1}v8M{to:.1} {:.1}v8\"/>",
                middle - 4.0,
                middle - 4.0
            );
        }
        top += row;
    }
    svg + "</svg>"
}

/// A point in time: its label, value, bounds and what is written for those who hear it.
pub(super) struct Point {
    pub(super) label: String,
    pub(super) value: f64,
    pub(super) bounds: Option<(f64, f64)>,
}

/// A line through time, with a band of uncertainty; `write` turns a value into text.
pub(super) fn line(title: &str, points: &[Point], write: impl Fn(f64) -> String) -> String {
    let (height, head, foot) = (180.0, 14.0, 150.0);
    let mut svg = open(height, title);
    let ends = points.iter().flat_map(|point| {
        let (lower, upper) = point.bounds.unwrap_or((point.value, point.value));
        [lower, upper, point.value]
    });
    let (least, most) = ends.fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), end| {
        (least.min(end), most.max(end))
    });
    let span = (most - least).max(1e-9);
    let y = |value: f64| foot - (value - least) / span * (foot - head);
    let steps = (points.iter().fold(0.0, |n, _| n + 1.0_f64) - 1.0).max(1.0);
    let (left, right) = (44.0, WIDTH - 10.0);
    let mut xs = Vec::with_capacity(points.len());
    let mut n = 0.0;
    for _ in points {
        xs.push(left + (right - left) * n / steps);
        n += 1.0;
    }
    for value in [least, f64::midpoint(least, most), most] {
        let (at, text) = (y(value), escaped(&write(value)));
        let _ = write!(
            svg,
            "<path class=\"grid\" d=\"M{left:.1} {at:.1}H{right:.1}\"/>\
             <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{text}</text>",
            left - 5.0,
            at + 4.0
        );
    }
    let mut band = String::new();
    let upper = xs
        .iter()
        .zip(points)
        .map(|(x, point)| (x, point.bounds.map_or(point.value, |at| at.1)));
    let lower = xs
        .iter()
        .zip(points)
        .map(|(x, point)| (x, point.bounds.map_or(point.value, |at| at.0)));
    let mut path = String::new();
    for (n, (x, value)) in upper.chain(lower.rev()).enumerate() {
        let _ = write!(
            band,
            "{}{x:.1} {:.1}",
            if n == 0 { 'M' } else { 'L' },
            y(value)
        );
    }
    for (n, (x, point)) in xs.iter().zip(points).enumerate() {
        let _ = write!(
            path,
            "{}{x:.1} {:.1}",
            if n == 0 { 'M' } else { 'L' },
            y(point.value)
        );
    }
    let _ = write!(
        svg,
        "<path class=\"band\" d=\"{band}Z\"/><path class=\"line\" d=\"{path}\"/>"
    );
    for (x, point) in xs.iter().zip(points) {
        let _ = write!(
            svg,
            "<circle cx=\"{x:.1}\" cy=\"{:.1}\" r=\"2.5\"><title>{}: {}</title></circle>",
            y(point.value),
            escaped(&point.label),
            escaped(&write(point.value))
        );
    }
    let ends = [
        (xs.first(), points.first(), "start"),
        (xs.last(), points.last(), "end"),
    ];
    let shown = if points.len() > 1 { 2 } else { 1 };
    for (x, point, anchor) in ends.into_iter().take(shown) {
        if let (Some(x), Some(point)) = (x, point) {
            let _ = write!(
                svg,
                "<text x=\"{x:.1}\" y=\"170\" text-anchor=\"{anchor}\">{}</text>",
                escaped(&point.label)
            );
        }
    }
    svg + "</svg>"
}
