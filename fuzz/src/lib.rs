//! What all targets share: each file in `fuzz_targets/` gives the name of one of bailiwick's
//! [`Target`](bailiwick::fuzzing::Target)s, whose documentation states what it proves.

use std::sync::OnceLock;

use bailiwick::fuzzing::{Code, Target};
pub use libfuzzer_sys;

/// Checks one input: the code as it is, or with its planted fault if `BAILIWICK_PLANTED` is set.
pub fn check(name: &str, data: &[u8]) {
    static CODE: OnceLock<Code> = OnceLock::new();
    let code = CODE.get_or_init(|| match std::env::var_os("BAILIWICK_PLANTED") {
        Some(_) => Code::Planted,
        None => Code::Real,
    });
    let target = Target::named(name).expect("bailiwick has this target");
    target.check(data, *code);
}

/// Defines the target of this name.
#[macro_export]
macro_rules! target {
    ($name:literal) => {
        $crate::libfuzzer_sys::fuzz_target!(|data: &[u8]| $crate::check($name, data));
    };
}
