//! The library's own words, as people read them.

use super::text::Tongue;

macro_rules! terms {
    ($($(#[$doc:meta])* $name:ident { $($code:literal $english:literal $turkish:literal,)* })*) => {
        $($(#[$doc])*
        pub(super) fn $name(code: &str, tongue: Tongue) -> Option<&'static str> {
            match (code, tongue) {
                $(($code, Tongue::English) => Some($english), ($code, Tongue::Turkish) => Some($turkish),)*
                _ => None,
            }
        })*
    };
}

terms! {
    /// A channel.
    channel {
        "phone" "phone" "telefon",
        "email" "email" "e-posta",
        "sms" "SMS" "SMS",
        "chat" "chat" "canlı destek",
        "social" "social media" "sosyal medya",
        "service_desk" "service desk" "hizmet masası",
        "technician_visit" "technician\u{2019}s visit" "teknisyen ziyareti",
        "remote_session" "remote session" "uzaktan bağlantı",
        "self_service" "self-service" "self servis",
        "bot" "bot" "sohbet botu",
        "forum" "forum" "forum",
        "post" "post" "posta",
    }
    /// Why something was left out, or somebody was not asked.
    reason {
        "spam" "spam" "istenmeyen",
        "test" "test" "deneme",
        "merged" "merged" "birleştirilen",
        "incomplete" "opening not seen" "açılışı görülmeyen",
        "survey_follow_up" "follow-up of a bad answer" "kötü yanıtın takibi",
        "reopened" "reopened" "yeniden açılan",
        "no_human_touch" "no person touched it" "kimsenin ilgilenmediği",
        "no_customer_message" "the customer said nothing" "müşterinin yazmadığı",
        "topic_excluded" "topic not asked about" "konusu kapsam dışı",
        "customer_excluded" "customer not to be asked" "sorulmayacak müşteri",
        "throttled" "throttled: asked a short time ago" "kısa süre önce sorulan",
        "order_cancelled" "order called off" "siparişi iptal edilen",
        "survey.unknown_programme" "programme no longer known" "artık olmayan program",
        "customer.erased" "customer erased" "silinen müşteri",
        "customer.no_consent" "no consent" "onayı olmayan",
        "customer.no_contact" "no address" "adresi olmayan",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interaction::Channel;

    #[test]
    fn every_channel_has_a_name_in_both_languages() {
        for one in Channel::ALL {
            for tongue in [Tongue::English, Tongue::Turkish] {
                assert!(channel(one.name(), tongue).is_some(), "{one}");
            }
        }
    }
}
