//! The words of the page in its two languages.

use super::text::Tongue;
use crate::measures::{Dimension, ServiceLevelFormula};
use crate::satisfaction::{Scale, Verdict};
use crate::sla::Metric;

macro_rules! words {
    ($($word:ident $english:literal $turkish:literal,)*) => {
        /// A word or phrase of the page.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Word { $($word,)* }

        impl Word {
            pub(super) const fn text(self, tongue: Tongue) -> &'static str {
                match (self, tongue) {
                    $((Self::$word, Tongue::English) => $english, (Self::$word, Tongue::Turkish) => $turkish,)*
                }
            }
        }
    };
}

words! {
    Title "Customer care report" "Müşteri hizmetleri raporu",
    Period "Period" "Dönem",
    Overview "At a glance" "Özet",
    CasesOpened "Cases opened" "Açılan talep",
    CasesSolved "Cases solved" "Çözülen talep",
    Backlog "Open at the end" "Dönem sonunda açık",
    FirstResponse "First response" "İlk yanıt",
    NextResponse "Next response" "Sonraki yanıt",
    FirstResolution "First resolution" "İlk çözüm",
    FullResolution "Full resolution" "Tam çözüm",
    RequesterWait "Requester wait" "Müşterinin beklemesi",
    AgentWait "Agent wait" "Temsilcinin beklemesi",
    OnHold "On hold" "Askıda",
    Closing "Opened to closed" "Açılıştan kapanışa",
    HandleTime "Handle time" "İşlem süresi",
    Age "Age of open cases" "Açık taleplerin yaşı",
    Times "Times" "Süreler",
    Rates "Rates" "Oranlar",
    OneTouch "Solved with one reply" "Tek yanıtla çözülen",
    FirstContact "First-contact resolution" "İlk temasta çözüm",
    RepeatContact "Repeat contact" "Tekrar temas",
    Reopened "Reopened" "Yeniden açılan",
    Deliveries "Deliveries on time, in full" "Zamanında ve tam teslim",
    ResponseRate "Survey response rate" "Anket yanıt oranı",
    FollowedUp "Bad answers followed up in time" "Zamanında takip edilen kötü yanıt",
    FirstTimeFix "First-time fix" "İlk ziyarette çözüm",
    Punctual "Technician came in time" "Zamanında gelen teknisyen",
    ServiceKept "Service kept in time" "Zamanında yapılan bakım",
    ClaimsApproved "Warranty claims approved" "Onaylanan garanti talebi",
    RepeatRepair "Same fault again after a repair" "Onarımdan sonra aynı arıza",
    RepairTurnaround "Repair turnaround" "Onarım süresi",
    VisitTurnaround "Visit, planned to done" "Ziyaret: plandan bitişe",
    HowLong "How long it took" "Ne kadar sürdü",
    NotAsked "Not asked, and why" "Sorulmayanlar ve nedeni",
    Denied "Claims denied, by reason" "Reddedilen talepler, nedene göre",
    Points "Loyalty points" "Sadakat puanları",
    PointsEarned "Earned" "Kazanılan",
    PointsReversed "Taken back" "Geri alınan",
    PointsRedeemed "Spent" "Harcanan",
    PointsGivenBack "Given back" "İade edilen",
    PointsExpired "Expired" "Süresi dolan",
    ActiveMembers "Active members" "Aktif üye",
    ActiveMembersEach "Active members, those of each step added up" "Aktif üye, adımların toplamı",
    ServiceLevel "Service level: answered in time, by formula" "Hizmet düzeyi: süresinde yanıtlanan, formüle göre",
    AbandonedWithinKept "Given up in time counts as kept" "Süresi içinde vazgeçen tutulmuş sayılır",
    AnsweredOnly "Only what was answered counts" "Yalnız yanıtlananlar sayılır",
    AbandonedMissed "Given up counts as missed" "Vazgeçen kaçırılmış sayılır",
    AbandonedWithinLeftOut "Given up in time is left out" "Süresi içinde vazgeçen sayılmaz",
    ShortAbandonedKept "Given up at once counts as kept" "Hemen vazgeçen tutulmuş sayılır",
    Handling "Hand-overs and repeated questions" "Devirler ve yinelenen sorular",
    Transfers "Hand-overs from team to team" "Ekipler arası devir",
    Teams "Distinct teams" "Farklı ekip",
    Bounces "Handed straight back" "Doğrudan geri gönderilen",
    RepeatAsks "Asked for what was on file" "Kayıtlı olduğu hâlde yeniden sorulan",
    Cases "Cases" "Talep",
    Total "Total" "Toplam",
    PerUnits "Contacts and claims for a hundred units" "100 ürün başına talep ve garanti talebi",
    ContactRate "Cases, of units sold" "Talep, satılan ürünlere göre",
    ClaimRate "Claims, month of service" "Garanti talebi, kullanım ayı",
    Count "Count" "Sayı",
    Units "Units" "Ürün",
    PerHundred "For a hundred" "100 üründe",
    Promises "Promises about time (SLA)" "Süre taahhütleri (SLA)",
    Kept "Kept" "Tutulan",
    Counted "Of these" "Bunlardan",
    Excluded "Left out" "Kapsam dışı",
    Reason "Reason" "Neden",
    Measure "Measure" "Ölçüt",
    Number "n" "n",
    Mean "Mean" "Ortalama",
    Median "p50" "p50",
    NinetyPercent "p90" "p90",
    Business "p50, business hours" "p50, mesai saati",
    Value "Value" "Değer",
    Bounds "95% interval" "%95 güven aralığı",
    CostBounds "95% interval of the cost" "Etkinin %95 güven aralığı",
    Lower "lower" "alt",
    Upper "upper" "üst",
    Question "Question" "Soru",
    Scale "Scale" "Ölçek",
    Wording "Wording" "Soru sürümü",
    NoData "There is nothing to report for this period." "Bu dönem için bildirilecek bir şey yok.",
    Before "Period before" "Önceki dönem",
    Change "Change" "Değişim",
    Voices "What customers say" "Müşteriler ne diyor",
    Distribution "Answers by score" "Puana göre yanıtlar",
    Score "Score" "Puan",
    Answers "Answers" "Yanıt",
    Trend "Over time" "Zaman içinde",
    Since "From" "Başlangıç",
    Drivers "What costs most, by" "En çok etkileyen:",
    Share "Share" "Pay",
    Gap "Worse than the rest by" "Diğerlerinden kötü",
    Contribution "Cost to the whole" "Bütüne etkisi",
    Rank "Rank" "Sıra",
    Withheld "too few answers" "yanıt az",
    Mix "Mix" "Karma etkisi",
    Rate "Rate" "Oran etkisi",
    Shifts "What the change is made of, by" "Değişimin bileşenleri:",
    Unknown "(not known)" "(bilinmiyor)",
    Rose "rose" "yükseldi",
    Fell "fell" "düştü",
    NoChange "no detectable change; the smallest detectable is" "saptanabilir değişim yok; saptanabilir en küçük fark",
    TooSmall "changed by less than matters" "önemsenecek kadar değişmedi",
    TooFew "too few answers for a verdict" "karar için yanıt az",
    Exact "Quantiles are by nearest rank; open cases count as censored. Above 4,096 values they are at most 1% off." "Yüzdelikler en yakın sıraya göredir; açık talepler sansürlü sayılır. 4.096 değerin üzerinde hata en çok %1’dir.",
    Ordered "Ordered by the lower bound of the cost: what surely costs most comes first." "Etkinin alt sınırına göre sıralıdır: etkisi en kesin olan başta gelir.",
}

impl Word {
    pub(super) const fn of_dimension(dimension: Dimension, tongue: Tongue) -> &'static str {
        match (dimension, tongue) {
            (Dimension::Topic, Tongue::English) => "topic",
            (Dimension::Topic, Tongue::Turkish) => "konu",
            (Dimension::Product, Tongue::English) => "product",
            (Dimension::Product, Tongue::Turkish) => "ürün",
            (Dimension::Team, Tongue::English) => "team",
            (Dimension::Team, Tongue::Turkish) => "ekip",
            (Dimension::Channel, Tongue::English) => "channel",
            (Dimension::Channel, Tongue::Turkish) => "kanal",
        }
    }

    /// The name of a scale's figure.
    pub(super) const fn of_scale(scale: Scale, tongue: Tongue) -> &'static str {
        match (scale, tongue) {
            (Scale::CsatFive, Tongue::English) => "CSAT (4 and 5 of 5)",
            (Scale::CsatFive, Tongue::Turkish) => "CSAT (5 üzerinden 4 ve 5)",
            (Scale::CsatThree, _) => "CSAT (3/3)",
            (Scale::CsatYesNo, Tongue::English) => "CSAT (yes)",
            (Scale::CsatYesNo, Tongue::Turkish) => "CSAT (evet)",
            (Scale::Nps, _) => "NPS",
            (Scale::Ces(_), Tongue::English) => "Customer effort (CES)",
            (Scale::Ces(_), Tongue::Turkish) => "Müşteri çabası (CES)",
        }
    }

    pub(super) const fn of_metric(metric: Metric, tongue: Tongue) -> &'static str {
        match (metric, tongue) {
            (Metric::FirstResponse, _) => Self::FirstResponse.text(tongue),
            (Metric::NextResponse, _) => Self::NextResponse.text(tongue),
            (Metric::PeriodicUpdate, Tongue::English) => "Periodic update",
            (Metric::PeriodicUpdate, Tongue::Turkish) => "Düzenli bilgilendirme",
            (Metric::FirstResolution, _) => Self::FirstResolution.text(tongue),
            (Metric::Resolution, _) => Self::FullResolution.text(tongue),
            (Metric::Acknowledgement, Tongue::English) => "Acknowledgement",
            (Metric::Acknowledgement, Tongue::Turkish) => "Alındı bildirimi",
        }
    }

    pub(super) const fn of_formula(formula: ServiceLevelFormula) -> Self {
        match formula {
            ServiceLevelFormula::AbandonedWithinKept => Self::AbandonedWithinKept,
            ServiceLevelFormula::AnsweredOnly => Self::AnsweredOnly,
            ServiceLevelFormula::AbandonedMissed => Self::AbandonedMissed,
            ServiceLevelFormula::AbandonedWithinLeftOut => Self::AbandonedWithinLeftOut,
            ServiceLevelFormula::ShortAbandonedKept => Self::ShortAbandonedKept,
        }
    }

    pub(super) const fn of_verdict(verdict: &Verdict) -> Self {
        match verdict {
            Verdict::Rose => Self::Rose,
            Verdict::Fell => Self::Fell,
            Verdict::NoDetectableChange { .. } => Self::NoChange,
            Verdict::TooSmall => Self::TooSmall,
            Verdict::TooFew => Self::TooFew,
        }
    }
}
