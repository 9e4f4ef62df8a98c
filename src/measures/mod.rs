//! What the desk did: measures of service.

mod service_level;

pub use service_level::{ServiceLevel, ServiceLevelFormula};
