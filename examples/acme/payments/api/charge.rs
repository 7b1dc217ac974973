//! Charges a card, once.

/// Cents that are charged for a ride, the deposit excluded.
pub fn charge(fare: u32, deposit: u32) -> u32 {
    // TODO(PAY-311): take vouchers into account
    fare.saturating_sub(deposit)
}
