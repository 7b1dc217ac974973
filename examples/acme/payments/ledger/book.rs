//! Double entry: what is taken here is given there.

pub struct Entry {
    pub from: u64,
    pub to: u64,
    pub cents: i64,
}
