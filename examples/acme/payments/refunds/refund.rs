pub fn refund(charged: u32) -> u32 {
    charged
}
