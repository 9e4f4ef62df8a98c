//! Many who spend one balance.

use crate::database::Database;
use crate::overdraw::{check, prepare, spend};

pub async fn race(database: Database) {
    let customer = prepare(database.store().await).await;
    let mut workers = Vec::new();
    for worker in 1..=8 {
        let store = database.store().await;
        workers.push(tokio::spawn(spend(store, customer, worker)));
    }
    let mut successes = 0;
    for worker in workers {
        successes += worker.await.unwrap();
    }
    check(database.store().await, customer, Some(successes)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_balance_is_overdrawn_in_postgres() {
    if let Some(database) = Database::find() {
        race(database).await;
    }
}
