//! stub
use super::languages::Language;
use crate::facts::CodeSuppression;
use crate::text::Text;
pub fn any(_: &[u8]) -> bool { false }
pub fn read(_: &Text, _: &Language) -> Vec<CodeSuppression> { Vec::new() }
