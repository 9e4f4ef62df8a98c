//! Short lists.

use smallvec::SmallVec;

/// A list that holds one item as a rule: that one stands in place, and only more of them take memory of their own.
pub type Few<T> = SmallVec<[T; 1]>;
