//! Numbers and texts as a reader of a language expects them.
#![expect(clippy::float_arithmetic, reason = "numbers for people")]

use chrono::NaiveDate;

use crate::satisfaction::Interval;

/// In which of the two languages the page is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tongue {
    English,
    Turkish,
}

/// Text that cannot be taken for markup.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// How a figure is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    /// 0 to 1, as a percentage.
    Share,
    /// -1 to 1, the difference of two shares, as percentage points.
    Points,
    /// -1 to 1, as points of a hundred.
    Net,
    /// As it is, with two decimals.
    Plain,
}

impl Unit {
    /// How the difference of two such figures is written.
    pub(super) const fn of_difference(self) -> Self {
        match self {
            Self::Share | Self::Points => Self::Points,
            Self::Net => Self::Net,
            Self::Plain => Self::Plain,
        }
    }
}

impl Tongue {
    fn decimals(self, number: f64, decimals: usize) -> String {
        let text = format!("{number:.decimals$}");
        // What rounds to nothing has no sign.
        let is_zero = text
            .trim_start_matches('-')
            .chars()
            .all(|c| matches!(c, '0' | '.'));
        let text = if is_zero {
            text.trim_start_matches('-')
        } else {
            &text
        };
        let text = text.replace('-', "\u{2212}");
        match self {
            Self::English => text,
            Self::Turkish => text.replace('.', ","),
        }
    }

    /// A day.
    pub(super) fn day(self, day: NaiveDate) -> String {
        match self {
            Self::English => day.to_string(),
            Self::Turkish => day.format("%d.%m.%Y").to_string(),
        }
    }

    /// A whole number, in groups of three.
    pub(super) fn count(self, number: u64) -> String {
        let digits = number.to_string();
        let mut out = String::new();
        for (n, digit) in digits.chars().enumerate() {
            if n > 0 && (digits.len() - n).is_multiple_of(3) {
                out.push(if self == Self::English { ',' } else { '.' });
            }
            out.push(digit);
        }
        out
    }

    pub(super) fn figure(self, value: f64, unit: Unit) -> String {
        match (unit, self) {
            (Unit::Share, Self::English) => format!("{}%", self.decimals(value * 100.0, 1)),
            (Unit::Share, Self::Turkish) => {
                let text = self.decimals(value * 100.0, 1);
                match text.strip_prefix('\u{2212}') {
                    Some(text) => format!("\u{2212}%{text}"),
                    None => format!("%{text}"),
                }
            }
            (Unit::Points, Self::English) => format!("{} pp", self.decimals(value * 100.0, 1)),
            (Unit::Points, Self::Turkish) => format!("{} puan", self.decimals(value * 100.0, 1)),
            (Unit::Net, _) => self.decimals(value * 100.0, 1),
            (Unit::Plain, _) => self.decimals(value, 2),
        }
    }

    /// With its sign, for a difference.
    pub(super) fn signed(self, value: f64, unit: Unit) -> String {
        let text = self.figure(value, unit.of_difference());
        let is_up = value > 0.0 && text.contains(|c: char| c.is_ascii_digit() && c != '0');
        if is_up { format!("+{text}") } else { text }
    }

    pub(super) fn interval(self, at: Interval, unit: Unit) -> String {
        let [lower, upper] = [at.lower, at.upper].map(|bound| self.figure(bound, unit));
        format!("{lower} \u{2026} {upper}")
    }

    /// Milliseconds as the two largest units that matter.
    pub(super) fn duration(self, ms: f64) -> String {
        let names = match self {
            Self::English => ["d", "h", "min", "s"],
            Self::Turkish => ["g", "sa", "dk", "sn"],
        };
        let [days, hours, minutes, seconds] = names;
        let total = (ms / 1_000.0).round();
        let part = |value: f64, unit: f64| (value / unit).floor();
        if total >= 86_400.0 {
            let (d, h) = (part(total, 86_400.0), part(total % 86_400.0, 3_600.0));
            format!("{d:.0} {days} {h:.0} {hours}")
        } else if total >= 3_600.0 {
            let (h, m) = (part(total, 3_600.0), part(total % 3_600.0, 60.0));
            format!("{h:.0} {hours} {m:.0} {minutes}")
        } else if total >= 60.0 {
            let (m, s) = (part(total, 60.0), total % 60.0);
            format!("{m:.0} {minutes} {s:.0} {seconds}")
        } else {
            format!("{total:.0} {seconds}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_the_language_writes_them() {
        let (en, tr) = (Tongue::English, Tongue::Turkish);
        let day = "2026-03-02".parse().unwrap();
        assert_eq!(
            (en.day(day), tr.day(day)),
            ("2026-03-02".into(), "02.03.2026".into())
        );
        assert_eq!(en.figure(0.7672, Unit::Share), "76.7%");
        assert_eq!(tr.figure(0.7672, Unit::Share), "%76,7");
        assert_eq!(tr.figure(-0.0123, Unit::Share), "\u{2212}%1,2");
        assert_eq!(en.figure(-0.0001, Unit::Net), "0.0");
        assert_eq!(en.signed(0.051, Unit::Net), "+5.1");
        assert_eq!(en.signed(0.000_01, Unit::Net), "0.0");
        // The difference of two shares is no share.
        assert_eq!(en.signed(0.051, Unit::Share), "+5.1 pp");
        assert_eq!(tr.signed(-0.051, Unit::Share), "\u{2212}5,1 puan");
        assert_eq!(
            (en.count(1_234_567), tr.count(1_000)),
            ("1,234,567".into(), "1.000".into())
        );
        assert_eq!(en.duration(90_061_000.0), "1 d 1 h");
        assert_eq!(tr.duration(3_660_000.0), "1 sa 1 dk");
        assert_eq!(en.duration(59_999.0), "1 min 0 s");
    }

    #[test]
    fn no_text_is_taken_for_markup() {
        assert_eq!(escaped("<b a='\"'>&"), "&lt;b a=&#39;&quot;&#39;&gt;&amp;");
    }
}
