//! How long work waits in front of several who do it: the queue M/M/c.
//!
//! **An estimate.** It holds where requests come at random and independently (a Poisson process), where the
//! time that one takes is exponential, and where whoever is free takes the next. Reviews come in working
//! hours and in bursts, so that real queues are longer than these: read the result as "at least about".
//!
//! With arrivals λ, `c` who each finish μ in the same time, a = λ / μ and ρ = a / c < 1 (A. K. Erlang, 1917):
//! C = [a^c / (c! (1 - ρ))] / [Σ_{k<c} a^k / k! + a^c / (c! (1 - ρ))] is the share of requests that wait at
//! all, Wq = C / (c μ - λ) how long they do on average, W = Wq + 1 / μ, and Lq = λ Wq.

/// Requests in front of several who work on them, one each at a time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Queue {
    /// How many requests arrive in a unit of time; λ.
    pub arrivals: f64,
    /// How many one finishes in the same time, working without a pause; μ.
    pub service: f64,
    /// How many work; c.
    pub servers: u32,
}

impl Queue {
    /// What share of their time those who work are busy: ρ; 1 or more where work comes faster than it can
    /// be done, infinite where nobody works. 0 where nothing comes.
    pub fn utilization(&self) -> f64 {
        match self.arrivals > 0.0 {
            true => self.arrivals / (self.service.max(0.0) * f64::from(self.servers)),
            false => 0.0,
        }
    }

    /// The share of requests that wait: Erlang's C. None where the queue grows without end.
    pub fn waiting(&self) -> Option<f64> {
        let busy = self.utilization();
        if busy == 0.0 {
            return Some(0.0);
        }
        if busy.is_nan() || busy >= 1.0 {
            return None;
        }
        // Erlang's B by its recursion, which neither overflows nor cancels: B(k) = a B(k-1) / (k + a B(k-1)).
        let offered = self.arrivals / self.service;
        let mut blocked = 1.0;
        for servers in 1..=self.servers {
            let next = offered * blocked;
            blocked = next / (f64::from(servers) + next);
            // From here on it only falls, below what makes a difference.
            if blocked < f64::MIN_POSITIVE {
                return Some(0.0);
            }
        }
        Some(blocked / (1.0 - busy * (1.0 - blocked)))
    }

    /// How long a request waits on average before somebody takes it: Wq.
    pub fn wait(&self) -> Option<f64> {
        let free = self.service * f64::from(self.servers) - self.arrivals;
        match self.waiting()? {
            0.0 => Some(0.0),
            share => Some(share / free),
        }
    }

    /// How long it takes on average from its arrival to its end: W.
    pub fn time(&self) -> Option<f64> {
        Some(self.wait()? + 1.0 / self.service)
    }

    /// How many wait on average: Lq.
    pub fn length(&self) -> Option<f64> {
        Some(self.wait()? * self.arrivals)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queue(arrivals: f64, service: f64, servers: u32) -> Queue {
        Queue {
            arrivals,
            service,
            servers,
        }
    }

    fn close(a: Option<f64>, b: f64) -> bool {
        a.is_some_and(|a| (a - b).abs() < 1e-9 * b.max(1.0))
    }

    #[test]
    fn one_who_works_waits_as_the_formula_of_one_says() {
        // Wq = ρ / (μ (1 - ρ)): at ρ = 0.5 once, at 0.8 four times, at 0.9 nine times the time of service.
        for (busy, times) in [(0.5, 1.0), (0.8, 4.0), (0.9, 9.0)] {
            for service in [1.0, 4.0] {
                let queue = queue(busy * service, service, 1);
                assert!(close(queue.wait(), times / service), "{queue:?}");
                assert!(close(queue.waiting(), busy));
                assert!(close(queue.time(), (times + 1.0) / service));
            }
        }
    }

    #[test]
    fn several_as_erlang_has_it() {
        // a = 2, c = 3: terms 1 + 2 + 2 and 8 / 6 / (1 / 3) = 4, so that C = 4 / 9.
        let three = queue(2.0, 1.0, 3);
        assert!(close(three.waiting(), 4.0 / 9.0));
        assert!(close(three.wait(), 4.0 / 9.0));
        assert!(close(three.length(), 8.0 / 9.0));
        // a = 1.5, c = 2: 1 + 1.5 and 1.125 / 0.25 = 4.5, so that C = 4.5 / 7.
        assert!(close(queue(3.0, 2.0, 2).waiting(), 4.5 / 7.0));
    }

    #[test]
    fn the_sum_and_the_recursion_are_one() {
        for servers in 1..20_u32 {
            for tenths in 1..10 {
                let offered = f64::from(servers) * f64::from(tenths) / 10.0;
                let mut term = 1.0;
                let mut sum = 0.0;
                for k in 0..servers {
                    sum += term;
                    term *= offered / f64::from(k + 1);
                }
                let last = term / (1.0 - f64::from(tenths) / 10.0);
                let found = queue(offered, 1.0, servers).waiting();
                assert!(close(found, last / (sum + last)), "{servers} {tenths}");
            }
        }
    }

    #[test]
    fn what_cannot_be_done_waits_without_end() {
        for queue in [
            queue(1.0, 1.0, 1),
            queue(3.0, 1.0, 2),
            queue(1.0, 0.0, 4),
            queue(1.0, 1.0, 0),
            queue(1.0, -1.0, 1),
        ] {
            assert!(queue.utilization() >= 1.0, "{queue:?}");
            assert_eq!(
                (queue.waiting(), queue.wait(), queue.length()),
                (None, None, None)
            );
        }
        assert_eq!(queue(0.0, 1.0, 2).wait(), Some(0.0));
        assert_eq!(queue(0.0, 0.0, 0).utilization(), 0.0);
        assert_eq!(queue(1.0, 1.0, u32::MAX).wait(), Some(0.0));
    }
}
