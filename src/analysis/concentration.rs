//! How much of something few hold.
//!
//! Sources: O. C. Herfindahl, *Concentration in the Steel Industry*, 1950, and A. O. Hirschman (1964) for the
//! sum of squared shares; C. Gini, *Variabilità e mutabilità*, 1912, in the form for sorted samples.

/// How a sum is spread over those who hold it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Concentration {
    /// Over how many: those who hold nothing are among them.
    pub of: usize,
    /// The sum of the squares of all shares: from 1 / n, where all hold the same, to 1, where one holds
    /// everything; 0 where there is nothing to hold.
    pub hhi: f64,
    /// Gini's coefficient: 0 where all hold the same, (n - 1) / n where one holds everything.
    pub gini: f64,
}

impl Concentration {
    /// That of what each holds. What is no finite number above 0 counts as nothing.
    pub fn of(held: impl IntoIterator<Item = f64>) -> Concentration {
        let sane = |it: f64| if it.is_finite() { it.max(0.0) } else { 0.0 };
        let mut held: Vec<f64> = held.into_iter().map(sane).collect();
        held.sort_by(f64::total_cmp);
        let (of, sum) = (held.len(), held.iter().sum::<f64>());
        if sum <= 0.0 {
            return Concentration {
                of,
                ..Concentration::default()
            };
        }
        let hhi = held.iter().map(|it| (it / sum).powi(2)).sum();
        // G = Σ (2i - n - 1) x_i / (n Σ x), with x ascending and i from 1.
        let n = of as f64;
        let places = (1..).map(f64::from);
        let weighted = places.zip(&held).map(|(i, x)| (2.0 * i - n - 1.0) * x);
        let gini = weighted.sum::<f64>() / (n * sum);
        Concentration {
            of,
            hhi,
            gini: gini.max(0.0),
        }
    }

    /// As how many who hold the same this counts: 1 / HHI. None where there is nothing to hold.
    pub fn effective(&self) -> Option<f64> {
        (self.hhi > 0.0).then(|| 1.0 / self.hhi)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn close(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-9
    }

    #[test]
    fn worked_out_by_hand() {
        // Shares 0.5, 0.3 and 0.2: 0.25 + 0.09 + 0.04 = 0.38. Ascending 2, 3, 5:
        // (-2 · 2 + 0 · 3 + 2 · 5) / (3 · 10) = 0.2.
        let found = Concentration::of([5.0, 2.0, 3.0]);
        assert!(
            close(found.hhi, 0.38) && close(found.gini, 0.2),
            "{found:?}"
        );
        assert!(close(found.effective().unwrap(), 1.0 / 0.38));
        // One of four holds everything.
        let found = Concentration::of([0.0, 8.0, 0.0, 0.0]);
        assert!(
            close(found.hhi, 1.0) && close(found.gini, 0.75),
            "{found:?}"
        );
        // Four hold the same.
        let found = Concentration::of([3.0; 4]);
        assert!(
            close(found.hhi, 0.25) && close(found.gini, 0.0),
            "{found:?}"
        );
        assert!(close(found.effective().unwrap(), 4.0));
    }

    #[test]
    fn nothing_is_concentrated_nowhere() {
        for held in [&[][..], &[0.0, 0.0], &[f64::NAN, f64::INFINITY, -1.0]] {
            let found = Concentration::of(held.iter().copied());
            assert_eq!(
                (found.of, found.effective(), found.gini),
                (held.len(), None, 0.0)
            );
        }
    }

    proptest! {
        #[test]
        fn within_its_bounds(held in prop::collection::vec(0.0..1e6, 1..40)) {
            let found = Concentration::of(held.iter().copied());
            let n = held.len() as f64;
            if held.iter().sum::<f64>() > 0.0 {
                prop_assert!(found.hhi >= 1.0 / n - 1e-9 && found.hhi <= 1.0 + 1e-9);
                prop_assert!(found.gini >= 0.0 && found.gini <= (n - 1.0) / n + 1e-9);
                // Gini's definition: the mean difference of all pairs over twice the mean.
                let pairs = held.iter().flat_map(|a| held.iter().map(move |b| (a - b).abs()));
                let gini = pairs.sum::<f64>() / (2.0 * n * held.iter().sum::<f64>());
                prop_assert!((found.gini - gini).abs() < 1e-6, "{} {}", found.gini, gini);
            }
        }
    }
}
