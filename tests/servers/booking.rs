//! Many who book one technician at once.

use crate::contest::nobody_is_booked_twice;
use crate::database::Database;

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_booked_twice_in_postgres() {
    let Some(database) = Database::find() else {
        return;
    };
    let mut stores = Vec::new();
    for _ in 0..9 {
        stores.push(database.store().await);
    }
    nobody_is_booked_twice(stores).await;
}
