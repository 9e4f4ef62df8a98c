//! Models of what is sold.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::event::ProductEvent;
use crate::kernel::{Code, Digest, ProductId, Stamp};

/// What is known of the serial numbers of a model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Serials {
    /// Units may have one; any is taken.
    #[default]
    Optional,
    /// Every unit has one; any is taken.
    Required,
    /// Every unit has one, and all are on record before they are sold: another one is unknown.
    Listed,
}

/// A part of a model.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Component {
    /// Whether it can be serviced or replaced by itself.
    pub serviceable: bool,
    /// The last date on which spare parts for it are kept; that of the model when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parts_until: Option<NaiveDate>,
}

/// A meter that units of a model have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeterSpec {
    /// In what it counts, such as `h`, `km`, `page`, `cycle`.
    pub measure: Code,
    /// The first count that its dial cannot show, after which it begins at 0: 100,000 for five digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rolls_over_at: Option<u64>,
}

impl MeterSpec {
    /// One that counts in this measure and never rolls over.
    #[must_use]
    pub const fn counting(measure: Code) -> Self {
        Self {
            measure,
            rolls_over_at: None,
        }
    }

    /// Beginning at 0 again instead of showing this count.
    #[must_use]
    pub const fn rolling_over_at(mut self, count: u64) -> Self {
        self.rolls_over_at = Some(count);
        self
    }
}

/// What a model is like.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ProductSpec {
    /// What kind of thing it is, such as `boiler`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<Code>,
    /// Who makes it. Serial numbers are unique among the units of one maker.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maker: Option<Code>,
    /// Its parts.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub components: BTreeMap<Code, Component>,
    /// The last date on which spare parts are kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parts_until: Option<NaiveDate>,
    /// Its meters.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub meters: BTreeMap<Code, MeterSpec>,
    /// What is known of its serial numbers.
    pub serials: Serials,
}

/// A model of what is sold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Product {
    /// Which one: always [`Product::id_of`] the model.
    pub id: ProductId,
    /// The model, as the business calls it.
    pub model: Code,
    /// What it is like.
    pub spec: ProductSpec,
    /// Since when it is known, UTC.
    pub defined_at: DateTime<Utc>,
    /// When it was last defined anew, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redefined_at: Option<DateTime<Utc>>,
}

impl Product {
    /// The id of a model: it follows from the model's name.
    ///
    /// ```
    /// use aftercare::{code, product::Product};
    /// assert_eq!(Product::id_of(&code!("KB-24")), Product::id_of(&code!("KB-24")));
    /// ```
    #[must_use]
    pub fn id_of(model: &Code) -> ProductId {
        let digest = Digest::public().with_str("product");
        ProductId::from_u128(digest.with_str(model.as_str()).finish())
    }

    /// The state that `event` begins; `None` when it does not begin one.
    #[must_use]
    pub fn begin(id: ProductId, event: &ProductEvent, stamp: &Stamp) -> Option<Self> {
        let ProductEvent::Defined(definition) = event else {
            return None;
        };
        Some(Self {
            id,
            model: definition.model.clone(),
            spec: definition.spec.clone(),
            defined_at: stamp.at,
            redefined_at: None,
        })
    }

    /// The state after `event`.
    pub fn apply(&mut self, event: &ProductEvent, stamp: &Stamp) {
        match event {
            ProductEvent::Defined(_) => {}
            ProductEvent::Redefined(spec) => {
                self.spec = ProductSpec::clone(spec);
                self.redefined_at = Some(stamp.at);
            }
        }
    }

    /// The last date on which spare parts are kept: for one of its components, or for the model. `None` when
    /// no date was said, or there is no such component.
    #[must_use]
    pub fn parts_until(&self, component: Option<&Code>) -> Option<NaiveDate> {
        let own = match component {
            Some(component) => self.spec.components.get(component)?.parts_until,
            None => None,
        };
        own.or(self.spec.parts_until)
    }

    /// Whether the component can be serviced by itself.
    #[must_use]
    pub fn is_serviceable(&self, component: &Code) -> bool {
        let component = self.spec.components.get(component);
        component.is_some_and(|component| component.serviceable)
    }
}
