use proptest::prelude::*;

use super::*;

const ROUNDINGS: [Rounding; 4] = [
    Rounding::Down,
    Rounding::HalfUp,
    Rounding::HalfEven,
    Rounding::Up,
];

fn lira(minor: i64) -> Money {
    Money::new(minor, Currency::TRY)
}

fn currency(code: &str) -> Currency {
    Currency::try_new(code).unwrap()
}

fn any_currency() -> impl Strategy<Value = Currency> {
    prop::sample::select(vec!["TRY", "EUR", "JPY", "KWD", "CLF"]).prop_map(currency)
}

fn any_money() -> impl Strategy<Value = Money> {
    (any::<i64>(), any_currency()).prop_map(|(minor, currency)| Money::new(minor, currency))
}

/// ISO 4217, list one: the currencies whose exponent is not two.
#[test]
fn exponents_are_those_of_the_standard() {
    let groups: [(u16, &str); 3] = [
        (
            0,
            "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
        ),
        (3, "BHD IQD JOD KWD LYD OMR TND"),
        (4, "CLF UYW"),
    ];
    for (exponent, codes) in groups {
        for code in codes.split(' ') {
            assert_eq!(currency(code).exponent(), exponent, "{code}");
        }
    }
    for code in [
        "TRY", "EUR", "USD", "GBP", "CHF", "HUF", "AZN", "SAR", "BGN",
    ] {
        assert_eq!(currency(code).exponent(), 2, "{code}");
    }
}

#[test]
fn a_code_that_is_not_a_countable_currency_is_refused() {
    for code in ["", "try", "TL", "TRYX", "ABC", "₺"] {
        let refused = Currency::try_new(code).unwrap_err();
        assert_eq!(refused.code(), "money.unknown_currency", "{code}");
    }
    for code in ["XAU", "XDR", "XXX"] {
        let refused = Currency::try_new(code).unwrap_err();
        assert_eq!(refused, MoneyRefusal::NoMinorUnit { code });
    }
}

#[test]
fn money_is_stored_as_minor_units_and_code() {
    let json = r#"{"minor":1234,"currency":"TRY"}"#;
    assert_eq!(serde_json::to_string(&lira(1234)).unwrap(), json);
    assert_eq!(serde_json::from_str::<Money>(json).unwrap(), lira(1234));
    assert!(serde_json::from_str::<Money>(r#"{"minor":1,"currency":"TL"}"#).is_err());
    assert!(serde_json::from_str::<Money>(r#"{"minor":1.5,"currency":"TRY"}"#).is_err());
}

#[test]
fn money_is_written_with_the_decimals_of_its_currency() {
    for (minor, code, text) in [
        (1234, "TRY", "12.34 TRY"),
        (-5, "TRY", "-0.05 TRY"),
        (0, "EUR", "0.00 EUR"),
        (1234, "JPY", "1234 JPY"),
        (1234, "KWD", "1.234 KWD"),
        (i64::MIN, "TRY", "-92233720368547758.08 TRY"),
    ] {
        assert_eq!(Money::new(minor, currency(code)).to_string(), text);
        assert_eq!(text.parse(), Ok(Money::new(minor, currency(code))));
    }
}

#[test]
fn an_amount_that_could_be_read_two_ways_is_refused() {
    for text in [
        "",
        "12.34",
        "12.34TRY",
        "12 TRY",
        "1.5 TRY",
        "1.500 TRY",
        "12,34 TRY",
        "1 234.00 TRY",
        "12. TRY",
        ".34 TRY",
        "+1.00 TRY",
        "--1.00 TRY",
        "- 1.00 TRY",
        "1.00 TRY ",
        "1.2.3 TRY",
        "12.00 JPY",
        "12. JPY",
        "1e2 JPY",
        "１.00 TRY",
    ] {
        assert!(text.parse::<Money>().is_err(), "{text}");
    }
    let huge = "92233720368547758.08 TRY".parse::<Money>();
    assert_eq!(huge, Err(MoneyRefusal::Overflow));
}

#[test]
fn different_currencies_never_meet() {
    let (lira, euro) = (lira(1), Money::new(1, Currency::EUR));
    let refused = MoneyRefusal::CurrencyMismatch {
        left: Currency::TRY,
        right: Currency::EUR,
    };
    assert_eq!(lira.checked_add(euro).unwrap_err(), refused);
    assert_eq!(lira.checked_sub(euro).unwrap_err(), refused);
    assert_eq!(lira.compare(&euro).unwrap_err(), refused);
    assert_eq!(Money::sum(Currency::TRY, [euro]).unwrap_err(), refused);
    assert_eq!(refused.code(), "money.currency_mismatch");
}

#[test]
fn what_does_not_fit_is_refused() {
    let (low, high) = (lira(i64::MIN), lira(i64::MAX));
    assert_eq!(high.checked_add(lira(1)), Err(MoneyRefusal::Overflow));
    assert_eq!(low.checked_sub(lira(1)), Err(MoneyRefusal::Overflow));
    assert_eq!(low.checked_neg(), Err(MoneyRefusal::Overflow));
    assert_eq!(high.checked_mul(2), Err(MoneyRefusal::Overflow));
    assert_eq!(
        high.share(2, 1, Rounding::Down),
        Err(MoneyRefusal::Overflow)
    );
    assert_eq!(
        low.share(i64::MIN, 1, Rounding::Up),
        Err(MoneyRefusal::Overflow)
    );
    assert_eq!(low.share(1, -1, Rounding::Up), Err(MoneyRefusal::Overflow));
    assert_eq!(low.share(1, i64::MIN, Rounding::Up), Ok(lira(1)));
}

#[test]
fn rounding_treats_a_debt_like_a_claim() {
    // Minor units over two: 2.5, 3.5, 0.5 and a whole number.
    for (minor, expected) in [
        (5, [2, 3, 2, 3]),
        (7, [3, 4, 4, 4]),
        (1, [0, 1, 0, 1]),
        (4, [2; 4]),
    ] {
        for (rounding, part) in ROUNDINGS.into_iter().zip(expected) {
            assert_eq!(
                lira(minor).share(1, 2, rounding),
                Ok(lira(part)),
                "{rounding:?}"
            );
            assert_eq!(
                lira(-minor).share(1, 2, rounding),
                Ok(lira(-part)),
                "{rounding:?}"
            );
            assert_eq!(
                lira(minor).share(1, -2, rounding),
                Ok(lira(-part)),
                "{rounding:?}"
            );
        }
    }
    let third = |rounding| lira(100).share(1, 3, rounding).unwrap().minor();
    assert_eq!(ROUNDINGS.map(third), [33, 33, 33, 34]);
    let nothing = lira(1).share(1, 0, Rounding::Down);
    assert_eq!(nothing, Err(MoneyRefusal::ZeroDenominator));
}

#[test]
fn basis_points_are_a_rate() {
    let vat = BasisPoints::from_percent(20);
    assert_eq!(vat.of(lira(9_999), Rounding::HalfUp), Ok(lira(2_000)));
    assert_eq!(vat.of(lira(9_999), Rounding::Down), Ok(lira(1_999)));
    assert_eq!(BasisPoints::WHOLE.of(lira(7), Rounding::Up), Ok(lira(7)));
    assert_eq!(serde_json::to_string(&vat).unwrap(), "2000");
    let shown = [0, 5, 50, 1_250, 1_800, 10_001].map(|n| BasisPoints::new(n).to_string());
    assert_eq!(
        shown,
        ["0 %", "0.05 %", "0.5 %", "12.5 %", "18 %", "100.01 %"]
    );
}

#[test]
fn left_over_units_go_to_the_largest_remainder_then_to_the_earlier_share() {
    let minors = |amount: i64, shares: &[u64]| -> Vec<i64> {
        let parts = lira(amount).allocate(shares).unwrap();
        parts.iter().map(Money::minor).collect()
    };
    assert_eq!(minors(100, &[1, 1, 1]), [34, 33, 33]);
    assert_eq!(minors(-100, &[1, 1, 1]), [-34, -33, -33]);
    assert_eq!(minors(5, &[3, 7]), [2, 3]);
    assert_eq!(minors(1, &[1, 5, 5]), [0, 1, 0]);
    assert_eq!(minors(1, &[0, 1, 0]), [0, 1, 0]);
    assert_eq!(minors(i64::MIN, &[u64::MAX, 0]), [i64::MIN, 0]);
    for shares in [&[][..], &[0], &[0, 0]] {
        assert_eq!(lira(1).allocate(shares), Err(MoneyRefusal::NoShares));
    }
}

fn any_shares() -> impl Strategy<Value = Vec<u64>> {
    let share = prop_oneof![Just(0), 0..5_u64, 0..1_000_000_u64, any::<u64>()];
    prop::collection::vec(share, 1..12).prop_filter("some share", |s| s.iter().any(|&n| n > 0))
}

proptest! {
    #[test]
    fn text_and_storage_give_the_amount_back(money in any_money()) {
        prop_assert_eq!(money.to_string().parse::<Money>(), Ok(money));
        let json = serde_json::to_string(&money).unwrap();
        prop_assert_eq!(serde_json::from_str::<Money>(&json).unwrap(), money);
    }

    #[test]
    fn parsing_any_text_never_panics(text in ".*") {
        let _ = text.parse::<Money>();
    }

    #[test]
    fn arithmetic_is_that_of_the_integers(a in any::<i64>(), b in any::<i64>()) {
        let minor = |result: Result<Money, MoneyRefusal>| result.ok().map(|money| money.minor());
        prop_assert_eq!(minor(lira(a).checked_add(lira(b))), a.checked_add(b));
        prop_assert_eq!(minor(lira(a).checked_sub(lira(b))), a.checked_sub(b));
        prop_assert_eq!(minor(lira(a).checked_mul(b)), a.checked_mul(b));
        prop_assert_eq!(lira(a).compare(&lira(b)), Ok(a.cmp(&b)));
    }

    #[test]
    fn a_share_is_within_a_unit_of_the_exact_one(
        minor in any::<i64>(),
        numerator in any::<i64>(),
        denominator in any::<i64>().prop_filter("not zero", |n| *n != 0),
    ) {
        let exact = i128::from(minor) * i128::from(numerator);
        let unit = i128::from(denominator).unsigned_abs();
        let part = |rounding| lira(minor).share(numerator, denominator, rounding);
        for rounding in ROUNDINGS {
            let Ok(part) = part(rounding) else { continue };
            let off = (exact - i128::from(part.minor()) * i128::from(denominator)).unsigned_abs();
            prop_assert!(off < unit);
            if matches!(rounding, Rounding::HalfUp | Rounding::HalfEven) {
                prop_assert!(off * 2 <= unit);
            }
        }
        if let (Ok(down), Ok(up)) = (part(Rounding::Down), part(Rounding::Up)) {
            prop_assert!(down.minor().unsigned_abs() <= up.minor().unsigned_abs());
        }
    }

    #[test]
    fn the_opposite_amount_has_the_opposite_share(
        minor in -1_000_000_000..1_000_000_000_i64,
        numerator in -10_000..10_000_i64,
        denominator in 1..10_000_i64,
    ) {
        for rounding in ROUNDINGS {
            let part = lira(minor).share(numerator, denominator, rounding).unwrap();
            let opposite = lira(-minor).share(numerator, denominator, rounding).unwrap();
            prop_assert_eq!(part.checked_neg().unwrap(), opposite);
        }
    }

    #[test]
    fn an_allocation_loses_nothing_and_is_fair(money in any_money(), shares in any_shares()) {
        let parts = money.allocate(&shares).unwrap();
        prop_assert_eq!(parts.len(), shares.len());
        prop_assert_eq!(Money::sum(money.currency(), parts.iter().copied()), Ok(money));
        prop_assert_eq!(&money.allocate(&shares).unwrap(), &parts);

        let total: u128 = shares.iter().copied().map(u128::from).sum();
        let amount = u128::from(money.minor().unsigned_abs());
        for (part, share) in parts.iter().zip(&shares) {
            let part_size = u128::from(part.minor().unsigned_abs());
            let floor = amount * u128::from(*share) / total;
            let exact = amount * u128::from(*share) % total == 0;
            prop_assert!(part_size == floor || (!exact && part_size == floor + 1));
            prop_assert!(part.is_zero() || part.is_negative() == money.is_negative());
        }
        if let Ok(opposite) = money.checked_neg() {
            let negated: Vec<Money> = parts.iter().map(|p| p.checked_neg().unwrap()).collect();
            prop_assert_eq!(opposite.allocate(&shares).unwrap(), negated);
        }
    }

    #[test]
    fn equal_shares_differ_by_at_most_one_unit_and_the_earlier_gets_it(
        money in any_money(),
        people in 1..40_usize,
    ) {
        let parts = money.allocate(&vec![3; people]).unwrap();
        let sizes: Vec<u64> = parts.iter().map(|p| p.minor().unsigned_abs()).collect();
        prop_assert!(sizes.is_sorted_by(|a, b| a >= b));
        prop_assert!(sizes.first().unwrap() - sizes.last().unwrap() <= 1);
    }
}
