//! Many who book one technician at once.

use crate::contest::nobody_is_booked_twice;
use crate::database::Database;

pub async fn race(database: Database) {
    let mut stores = Vec::new();
    for _ in 0..9 {
        stores.push(database.store().await);
    }
    nobody_is_booked_twice(stores).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_booked_twice_in_postgres() {
    if let Some(database) = Database::find() {
        race(database).await;
    }
}
