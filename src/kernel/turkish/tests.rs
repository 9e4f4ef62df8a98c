use proptest::prelude::*;

use super::TurkishCase::*;
use super::*;

const ALL: [TurkishCase; 7] = [
    Nominative,
    Accusative,
    Dative,
    Locative,
    Ablative,
    Genitive,
    Instrumental,
];

fn assert_suffixes(expected: &[(&str, TurkishCase, &str)]) {
    for (name, case, text) in expected {
        assert_eq!(turkish_suffix(name, *case), *text);
    }
}

#[test]
fn well_known_names_take_the_suffixes_everybody_writes() {
    assert_suffixes(&[
        ("Ayşe", Genitive, "Ayşe'nin"),
        ("Ayşe", Dative, "Ayşe'ye"),
        ("Ahmet", Genitive, "Ahmet'in"),
        ("Ahmet", Dative, "Ahmet'e"),
        ("Ahmet", Ablative, "Ahmet'ten"),
        ("İzmir", Locative, "İzmir'de"),
        ("Sinop", Ablative, "Sinop'tan"),
        ("Ankara", Ablative, "Ankara'dan"),
        ("Bursa", Genitive, "Bursa'nın"),
        ("Ümit", Genitive, "Ümit'in"),
        ("Gül", Genitive, "Gül'ün"),
        ("Uğur", Genitive, "Uğur'un"),
        ("Ali Bey", Genitive, "Ali Bey'in"),
        ("Gemlik", Ablative, "Gemlik'ten"),
        ("Nihat Bey", Dative, "Nihat Bey'e"),
        ("Ayşe Hanım", Ablative, "Ayşe Hanım'dan"),
        ("Mahmut Efendi", Dative, "Mahmut Efendi'ye"),
        ("Kâzım Karabekir", Accusative, "Kâzım Karabekir'i"),
        ("Ziya Gökalp", Ablative, "Ziya Gökalp'tan"),
        ("Mehmet Emin Yurdakul", Ablative, "Mehmet Emin Yurdakul'dan"),
    ]);
}

#[test]
fn each_vowel_has_its_harmony() {
    let all = |name| ALL.map(|case| turkish_suffix(name, case));
    assert_eq!(
        all("Aras"),
        [
            "Aras", "Aras'ı", "Aras'a", "Aras'ta", "Aras'tan", "Aras'ın", "Aras'la"
        ]
    );
    assert_eq!(
        all("Ali"),
        [
            "Ali", "Ali'yi", "Ali'ye", "Ali'de", "Ali'den", "Ali'nin", "Ali'yle"
        ]
    );
    assert_eq!(
        all("Oktay Koç"),
        [
            "Oktay Koç",
            "Oktay Koç'u",
            "Oktay Koç'a",
            "Oktay Koç'ta",
            "Oktay Koç'tan",
            "Oktay Koç'un",
            "Oktay Koç'la"
        ]
    );
    assert_eq!(
        all("Ülkü"),
        [
            "Ülkü",
            "Ülkü'yü",
            "Ülkü'ye",
            "Ülkü'de",
            "Ülkü'den",
            "Ülkü'nün",
            "Ülkü'yle"
        ]
    );
    assert_suffixes(&[
        ("Iğdır", Accusative, "Iğdır'ı"),
        ("Duru", Genitive, "Duru'nun"),
        ("Göksu Göl", Dative, "Göksu Göl'e"),
        ("IŞIK", Genitive, "IŞIK'ın"),
        ("İPEK", Genitive, "İPEK'in"),
    ]);
}

#[test]
fn every_voiceless_consonant_hardens_the_suffix() {
    for name in [
        "Yusuf", "Aras", "Mert", "Burak", "Koç", "Barış", "Semih", "Sinop",
    ] {
        let text = turkish_suffix(name, Locative);
        assert!(text.ends_with("'ta") || text.ends_with("'te"), "{text}");
    }
    for name in [
        "Murat B.", "Deniz", "Emre", "Cem", "Can", "Nur", "Bey", "Elif A",
    ] {
        let text = turkish_suffix(name, Locative);
        assert!(text.ends_with("'da") || text.ends_with("'de"), "{text}");
    }
}

#[test]
fn a_possessive_takes_n() {
    assert_suffixes(&[
        ("Ağrı Dağı", Dative, "Ağrı Dağı'na"),
        ("Van Gölü", Ablative, "Van Gölü'nden"),
        ("Çanakkale Boğazı", Genitive, "Çanakkale Boğazı'nın"),
        ("Bağdat Caddesi", Locative, "Bağdat Caddesi'nde"),
        (
            "Sait Halim Paşa Yalısı",
            Ablative,
            "Sait Halim Paşa Yalısı'ndan",
        ),
        ("Kurtuluş Savaşı", Accusative, "Kurtuluş Savaşı'nı"),
        ("Ekrem İmamoğlu", Ablative, "Ekrem İmamoğlu'ndan"),
        ("Samanyolu", Locative, "Samanyolu'nda"),
        ("Eminönü", Locative, "Eminönü'nde"),
        ("Selimiye Camii", Locative, "Selimiye Camii'nde"),
        ("Ağrı Dağı", Instrumental, "Ağrı Dağı'yla"),
        ("Önü", Locative, "Önü'de"),
        ("Gölü", Locative, "Gölü'de"),
    ]);
}

#[test]
fn a_soft_l_takes_front_vowels() {
    assert_suffixes(&[
        ("Mustafa Kemal", Dative, "Mustafa Kemal'e"),
        ("Hilal", Genitive, "Hilal'in"),
        ("Resul", Genitive, "Resul'ün"),
        ("Erdal", Genitive, "Erdal'ın"),
    ]);
}

#[test]
fn numbers_and_abbreviations_are_read_aloud() {
    assert_suffixes(&[
        ("2026", Locative, "2026'da"),
        ("1985", Locative, "1985'te"),
        ("A-1003", Genitive, "A-1003'ün"),
        ("10", Dative, "10'a"),
        ("40", Ablative, "40'tan"),
        ("300", Accusative, "300'ü"),
        ("2000", Ablative, "2000'den"),
        ("5000000", Locative, "5000000'da"),
        ("0", Dative, "0'a"),
        ("TDK", Genitive, "TDK'nin"),
        ("TBMM", Dative, "TBMM'ye"),
        ("PTT", Ablative, "PTT'den"),
    ]);
}

#[test]
fn foreign_names_are_read_as_they_are_spelt() {
    assert_suffixes(&[
        ("Henry", Genitive, "Henry'nin"),
        ("René", Dative, "René'ye"),
        ("Max", Locative, "Max'ta"),
        ("Jose\u{301}", Dative, "Jose\u{301}'ye"),
    ]);
}

#[test]
fn a_name_typed_in_pieces_sounds_the_same() {
    assert_suffixes(&[
        (
            "U\u{308}mit Gu\u{308}l",
            Genitive,
            "U\u{308}mit Gu\u{308}l'ün",
        ),
        ("Barıs\u{327}", Ablative, "Barıs\u{327}'tan"),
        ("Ahmet ", Dative, "Ahmet'e"),
    ]);
}

#[test]
fn what_cannot_be_read_is_left_alone() {
    assert_suffixes(&[
        ("", Genitive, ""),
        ("***", Genitive, "***"),
        ("Ayşe", Nominative, "Ayşe"),
    ]);
}

proptest! {
    #[test]
    fn any_name_is_kept_and_followed_by_its_suffix(name in ".*") {
        for case in ALL {
            let text = turkish_suffix(&name, case);
            prop_assert!(text.starts_with(name.trim_end()));
        }
    }
}
