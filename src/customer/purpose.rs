use crate::kernel::Code;

/// Whether what is said about `wide` also holds for `narrow`: the same purpose, one of which `wide` is the
/// beginning up to a dot, or any when `wide` is `*`.
///
/// ```
/// use aftercare::{code, customer::covers};
/// assert!(covers(&code!("case"), &code!("case.update")));
/// assert!(covers(&code!("*"), &code!("case.update")));
/// assert!(!covers(&code!("case"), &code!("casework")));
/// ```
#[must_use]
pub fn covers(wide: &Code, narrow: &Code) -> bool {
    wide.as_str() == "*"
        || narrow
            .as_str()
            .strip_prefix(wide.as_str())
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// How narrow a purpose is: of two that cover the same one, the narrower has the greater number.
pub(super) fn narrowness(purpose: &Code) -> usize {
    match purpose.as_str() {
        "*" => 0,
        name => name.len(),
    }
}
