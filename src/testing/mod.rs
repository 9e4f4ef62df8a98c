//! What a caller needs to trust a store of their own: a suite that checks the ten rules of the
//! [contract](crate::docs::store), a store that fails on purpose, and generators for property tests.
//!
//! ```
//! use aftercare::store::MemoryStore;
//! use aftercare::testing::suite;
//!
//! let report = suite::run(MemoryStore::new); // how to make a fresh, empty store
//! println!("{report}");
//! assert!(report.is_ok());
//! ```

mod faulty;
pub mod generators;
pub mod suite;

pub use faulty::{Fault, Faults, FaultyStore};
