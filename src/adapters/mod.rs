//! Stores and couriers that are ready to use, each behind its feature. Nothing else in the crate depends on them.

#[cfg(feature = "nats")]
mod nats;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "sqlite")]
mod sqlite;

#[cfg(feature = "nats")]
pub use nats::{NatsCourier, NatsError, Parcel};
#[cfg(feature = "postgres")]
pub use postgres::{PostgresError, PostgresOptions, PostgresStore};
#[cfg(feature = "sqlite")]
pub use sqlite::{Durability, SqliteError, SqliteOptions, SqliteStore};
