//! What is sold, and the units that customers own.
//!
//! A [`Product`] is a model; a [`Unit`] is one piece of it, with its serial number, its owner, where it stands and
//! what its meters show.
//!
//! | to | command |
//! |---|---|
//! | say what a model is like | [`DefineProduct`] |
//! | put a unit on record, in stock or sold | [`RecordUnit`] |
//! | register what one bought | [`RegisterUnit`] |
//! | pass it on, take it back, put it out of use | [`TransferUnit`], [`TakeBackUnit`], [`RetireUnit`] |
//! | install it, say where it stands | [`InstallUnit`], [`PlaceUnit`] |
//! | read its meters | [`RecordReading`], [`CorrectReading`], [`ReplaceMeter`] |
//! | look | [`FindProducts`], [`FindUnit`], [`UnitsOf`], [`ReadReadings`] |
//!
//! ```
//! use aftercare::prelude::*;
//! use aftercare::product::{DefineProduct, MeterSpec, RecordReading, RegisterUnit};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let desk = Desk::new(MemoryStore::new(), Rulebook::standard(SecretKey::new([7; 16])));
//! # let mut deniz = Requests::of(Actor::System, 1);
//! # let now = "2026-03-02T10:15:00+03:00".parse()?;
//! # let ayse = desk.run(&deniz.at(now), RegisterCustomer::named("Ayşe Yılmaz"))?;
//! let heater = DefineProduct::new(code!("KB-24"))
//!     .in_category(code!("boiler"))
//!     .with_meter(code!("burner"), MeterSpec::counting(code!("h")));
//! desk.run(&deniz.at(now), heater)?;
//! let unit = RegisterUnit::new(ayse, code!("KB-24")).with_serial(code!("TR-4711-0001"));
//! let unit = desk.run(&deniz.at(now), unit)?;
//! desk.run(&deniz.at(now), RecordReading::new(unit, code!("burner"), 1_250))?;
//! let unit = desk.get(deniz.actor(), unit)?.ok_or("on record")?;
//! assert_eq!(unit.usage(&code!("burner")), Some(1_250));
//! # Ok(())
//! # }
//! ```

mod command;
mod event;
mod meter;
mod question;
mod refusal;
mod serial;
mod spec;
mod state;

pub use command::{
    CorrectReading, DefineProduct, InstallUnit, PlaceUnit, RecordReading, RecordUnit, RegisterUnit,
    ReplaceMeter, RetireUnit, TakeBackUnit, TransferUnit,
};
pub use event::{Acquired, Definition, ProductEvent, Recording, UnitEvent};
pub use meter::{Dial, Meter, Reading, Segment};
pub(crate) use meter::{Fit, check_dial, readings_scope};
pub use question::{FindProducts, FindUnit, ReadReadings, UnitsOf};
pub use refusal::Refusal;
pub(crate) use serial::serial_claim;
pub use serial::serial_key;
pub use spec::{Component, MeterSpec, Product, ProductSpec, Serials};
pub use state::{
    Installation, Origin, Ownership, ProductPage, ReadingPage, Retirement, Site, Unit, UnitPage,
};
