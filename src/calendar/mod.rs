//! Civil time and business time.
//!
//! Instants are UTC, zones are [IANA names](Zone), durations are physical time, and everything is exact to the
//! millisecond. [`civil`] steps dates on the wall; [`BusinessHours`] counts open time.
//!
//! | to know | ask |
//! |---|---|
//! | is it open now | [`BusinessHours::is_open`] |
//! | when does it open, close | [`BusinessHours::next_open`], [`BusinessHours::next_close`], [`BusinessHours::previous_open`], [`BusinessHours::previous_close`] |
//! | how much open time has passed | [`BusinessHours::elapsed`] |
//! | when is a target used up | [`BusinessHours::add`], with a [`Boundary`] |
//! | when must work have begun | [`BusinessHours::subtract`] |
//! | which date is n business days on | [`BusinessHours::add_business_days`] |
//! | what comes round every so often | [`Recurrence::after`], [`Recurrence::before`], [`Recurrence::between`] |
//! | the open periods themselves | [`BusinessHours::periods`], [`BusinessHours::intersection`] |
//!
//! ```
//! # #[cfg(feature = "tz")] {
//! use aftercare::calendar::{Boundary, BusinessHoursSpec, Holiday};
//! use chrono::{DateTime, TimeDelta, Utc, Weekday::*};
//!
//! let support = BusinessHoursSpec::new("Europe/Istanbul")
//!     .open(&[Mon, Tue, Wed, Thu, Fri], "09:00", "18:00")
//!     .holiday(Holiday::on("2026-10-28").closing_at("13:00"))
//!     .holiday(Holiday::on("2026-10-29").named("Republic Day"))
//!     .build()?;
//!
//! // Eight business hours from Wednesday noon: one on the half day, none on the holiday, seven on Friday.
//! let opened: DateTime<Utc> = "2026-10-28T09:00:00Z".parse()?;
//! let due = support.add(opened, TimeDelta::hours(8), Boundary::Close)?;
//! assert_eq!(due.to_rfc3339(), "2026-10-30T13:00:00+00:00");
//! assert_eq!(support.elapsed(opened, due)?, TimeDelta::hours(8));
//! # }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod civil;

mod business;
mod days;
mod engine;
mod holiday;
mod hours;
mod index;
mod offsets;
mod period;
mod periods;
mod plan;
mod recurrence;
mod refusal;
mod shapes;
mod sheet;
mod span;
mod week;
mod windows;
mod zone;

pub use business::{Boundary, BusinessHours};
pub use days::{BusinessDates, DayEnd};
pub use holiday::Holiday;
pub use hours::{BusinessHoursSpec, Hours};
pub use period::Period;
pub use periods::{Intersection, Periods, PeriodsBefore};
pub use recurrence::{Frequency, MonthEnd, Occurrences, Recurrence, Rule, Until};
pub use refusal::Refusal;
pub use zone::{Resolve, Zone};
