//! What is known of the models that are sold.

use crate::kernel::{Permission, ProductId};
use crate::product::{DefineProduct, Definition, Product, ProductEvent, Refusal};
use crate::record::{Entry, Key};
use crate::work::{Command, Halt, Work};

impl Command for DefineProduct {
    type Output = ProductId;
    const NAME: &'static str = "product.define";
    const PERMISSION: Permission = Permission::PRODUCT_DEFINE;

    fn reads(&self, keys: &mut Vec<Key>) {
        keys.push(Key::of(Product::id_of(&self.model)));
    }

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let mut meters = self.spec.meters.values();
        if meters.any(|meter| meter.rolls_over_at == Some(0)) {
            let what = "a meter rolls over at 0";
            return Err(Refusal::BadProduct { what }.into());
        }
        let id = Product::id_of(&self.model);
        let event = match work.get(id)? {
            None => ProductEvent::Defined(Box::new(Definition {
                model: self.model.clone(),
                spec: self.spec.clone(),
            })),
            Some(product) if product.spec == self.spec => return Ok(()),
            Some(_) => ProductEvent::Redefined(Box::new(self.spec.clone())),
        };
        work.emit(id, event)
    }

    fn output(&self, _: &Entry) -> ProductId {
        Product::id_of(&self.model)
    }
}
