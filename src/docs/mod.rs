//! Long chapters.

#[doc = include_str!("guide.md")]
pub mod guide {}

#[doc = include_str!("design.md")]
pub mod design {}

#[doc = include_str!("store.md")]
pub mod store {}

#[doc = include_str!("scale.md")]
pub mod scale {}

#[doc = include_str!("upgrading.md")]
pub mod upgrading {}
