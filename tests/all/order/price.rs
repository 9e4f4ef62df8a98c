//! What is charged: exact, whatever the discounts.

use aftercare::kernel::{BasisPoints, Currency, Money};
use aftercare::order::*;
use proptest::prelude::*;

use super::{item, money};

fn minor(charge: &Charge) -> (i64, i64) {
    (charge.amount.minor(), charge.tax.minor())
}

#[test]
fn a_line_is_charged_after_its_discount_and_its_share_of_the_orders() {
    let items = [
        item("kettle", 3, "100.00 TRY"),
        item("cup", 1, "100.00 TRY").less(money("20.00 TRY")),
    ];
    let off = Discount::Amount(money("10.00 TRY"));
    let priced = Pricing::of(&items, Some(off), None, TaxBasis::Included).unwrap();
    let charged: Vec<_> = priced
        .lines
        .iter()
        .map(|(_, charge)| minor(charge))
        .collect();
    // 10.00 over 300.00 and 80.00: 7.89 and 2.11.
    assert_eq!(charged, [(292_11, 0), (77_89, 0)]);
    assert_eq!(priced.total, money("370.00 TRY"));
}

#[test]
fn tax_is_in_the_price_or_comes_on_top() {
    let twenty = BasisPoints::from_percent(20);
    let items = [item("kettle", 2, "60.00 TRY").taxed(twenty)];
    let shipping = Shipping::new(money("12.00 TRY"))
        .less_rate(BasisPoints::from_percent(50))
        .taxed(twenty);
    let of = |basis| Pricing::of(&items, None, Some(&shipping), basis).unwrap();
    let included = of(TaxBasis::Included);
    assert_eq!(minor(&included.lines[0].1), (120_00, 20_00));
    assert_eq!(minor(&included.shipping), (6_00, 1_00));
    assert_eq!(included.total, money("126.00 TRY"));
    let added = of(TaxBasis::Added);
    assert_eq!(minor(&added.lines[0].1), (144_00, 24_00));
    assert_eq!(minor(&added.shipping), (7_20, 1_20));
    assert_eq!(added.total, money("151.20 TRY"));
}

#[test]
fn what_cannot_be_charged_is_refused() {
    let of = |items: &[Item], discount| {
        Pricing::of(items, discount, None, TaxBasis::Included)
            .unwrap_err()
            .code()
    };
    let kettle = || item("kettle", 1, "10.00 TRY");
    assert_eq!(of(&[], None), "order.no_lines");
    assert_eq!(of(&[item("x", 0, "1.00 TRY")], None), "order.no_quantity");
    assert_eq!(
        of(&[item("x", 1, "-1.00 TRY")], None),
        "order.negative_amount"
    );
    assert_eq!(
        of(&[kettle(), item("x", 1, "1.00 EUR")], None),
        "money.currency_mismatch"
    );
    let less = |text| Some(Discount::Amount(money(text)));
    assert_eq!(
        of(&[kettle()], less("10.01 TRY")),
        "order.discount_too_high"
    );
    assert_eq!(of(&[kettle()], less("-0.01 TRY")), "order.negative_amount");
    assert_eq!(of(&[kettle()], less("1.00 EUR")), "money.currency_mismatch");
    assert_eq!(
        of(&[kettle().less(money("11.00 TRY"))], None),
        "order.discount_too_high"
    );
    // Of a tiny price rounding would hide it.
    let rate = BasisPoints::from_percent(140);
    for price in ["0.00 TRY", "0.01 TRY", "10.00 TRY"] {
        let cheap = item("x", 1, price);
        let off = Some(Discount::Rate(rate));
        let refused = "order.discount_above_whole";
        assert_eq!(of(std::slice::from_ref(&cheap), off), refused);
        assert_eq!(of(&[cheap.clone().less_rate(rate)], None), refused);
        let sent = Shipping::new(money(price)).less_rate(rate);
        let priced = Pricing::of(&[kettle()], None, Some(&sent), TaxBasis::Included);
        assert_eq!(priced.unwrap_err().code(), refused);
    }
    let huge = Item::new("x".parse().unwrap(), 2, Money::new(i64::MAX, Currency::TRY));
    assert_eq!(of(&[huge], None), "money.overflow");
}

fn items() -> impl Strategy<Value = Vec<Item>> {
    let item = (1_u32..20, 0_i64..100_000, 0_u32..=10_000, 0_u32..3_000).prop_map(
        |(quantity, price, off, tax)| {
            Item::new(
                "x".parse().unwrap(),
                quantity,
                Money::new(price, Currency::TRY),
            )
            .less_rate(BasisPoints::new(off))
            .taxed(BasisPoints::new(tax))
        },
    );
    prop::collection::vec(item, 1..12)
}

proptest! {
    /// Lines and shipping sum to the total, a discount takes off exactly what it says, and tax is a part of what
    /// is charged.
    #[test]
    fn nothing_is_lost_between_the_lines_and_the_total(
        items in items(), off in 0_u32..=10_000, is_added in any::<bool>(),
    ) {
        let basis = if is_added { TaxBasis::Added } else { TaxBasis::Included };
        let whole = Pricing::of(&items, None, None, basis).unwrap();
        let rate = BasisPoints::new(off);
        let priced = Pricing::of(&items, Some(Discount::Rate(rate)), None, basis).unwrap();
        let sum: i64 = priced.lines.iter().map(|(_, charge)| charge.amount.minor()).sum();
        prop_assert_eq!(sum, priced.total.minor());
        for ((_, before), (_, after)) in whole.lines.iter().zip(&priced.lines) {
            prop_assert!(after.amount.minor() <= before.amount.minor());
            prop_assert!(0 <= after.tax.minor() && after.tax.minor() <= after.amount.minor());
        }
        let net = |pricing: &Pricing| -> i64 {
            let nets = pricing.lines.iter().map(|(_, charge)| match basis {
                TaxBasis::Included => charge.amount.minor(),
                TaxBasis::Added => charge.amount.minor() - charge.tax.minor(),
            });
            nets.sum()
        };
        let before = Money::new(net(&whole), Currency::TRY);
        let taken = rate.of(before, aftercare::kernel::Rounding::HalfUp).unwrap();
        prop_assert_eq!(net(&priced), before.minor() - taken.minor());
    }
}
