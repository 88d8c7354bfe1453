"""Short scripts of many languages and habits, each line with the mark of what it is.

`H|` heading, `A|` action, `C|` cue, `D|` dialogue, `P|` parenthetical, `T|` transition, `B|` title page,
`I|` a cue with its speech on one line, `-|` print of the page that is nothing of the script.
"""

from __future__ import annotations

MARKED_SCRIPTS = {
    "japanese": """
H|○教室・朝

A|窓から光が差し込んでいる。
A|田中が一人で座っている。

C|田中
D|「おはよう」

C|佐藤
D|「遅かったね」

A|田中、立ち上がる。

C|田中
D|「電車が止まっていたんだ」

H|○廊下・夜

A|誰もいない廊下。

C|佐藤
D|「もう帰ろう」
""",
    "japanese_quoted": """
H|○公園・昼

A|子供たちが遊んでいる。

I|花子「見て、空が赤い」
I|太郎「本当だ。雨が降るかもしれない」
I|花子「走ろう」

H|○駅・夕

I|花子「間に合った」
I|太郎「危なかったね」
""",
    "chinese_inline": """
H|1. 内景 客厅 日

A|李明坐在沙发上看报纸。

I|李明：你回来了？
I|王芳：是的，外面下雨了。
I|李明：快把衣服换了。

H|2. 外景 街道 夜

A|王芳一个人走在雨中。

I|王芳：（自言自语）为什么会这样？
""",
    "korean": """
H|S#1. 거실 - 낮

A|민수가 소파에 앉아 있다.

C|민수
D|왜 이렇게 늦었어?

C|지영
D|차가 막혔어.

H|S#2. 골목길 - 밤

A|지영이 혼자 걷는다.

C|지영
D|여기가 어디지?
""",
    "hindi": """
H|दृश्य 1. रसोई - दिन

A|राम खाना बना रहा है।

C|राम
D|तुम कब आए?

C|सीता
D|अभी अभी।

H|दृश्य 2. बगीचा - रात

A|सीता पेड़ के नीचे खड़ी है।

C|सीता
D|कोई है?

C|राम
D|मैं हूँ।
""",
    "hebrew": """
H|פנים. סלון - יום

A|דוד יושב על הספה וקורא עיתון.

C|דוד
D|מתי הגעת?

C|רות
D|לפני רגע.

H|חוץ. רחוב - לילה

A|רות הולכת לבד ברחוב.

C|רות
D|יש כאן מישהו?

C|דוד
D|אני כאן.
""",
    "arabic_inline": """
H|مشهد 1 - داخلي - غرفة الجلوس - نهار

A|يجلس أحمد على الأريكة ويقرأ الجريدة.

I|أحمد: متى وصلت؟
I|ليلى: قبل قليل.
I|أحمد: اجلسي هنا.

H|مشهد 2 - خارجي - الشارع - ليل

A|تمشي ليلى وحدها.

I|ليلى: هل من أحد هنا؟
""",
    "georgian": """
H|შიდა. სამზარეულო - დღე

A|ნინო ყავას ამზადებს.

C|ნინო
D|როდის მოხვედი?

C|გიორგი
D|ახლახან.

H|გარე. ქუჩა - ღამე

A|გიორგი მარტო მიდის.

C|გიორგი
D|აქ ვინმე არის?

C|ნინო
D|მე ვარ.
""",
    "greek": """
H|ΕΣΩΤ. ΚΟΥΖΙΝΑ - ΜΕΡΑ

A|Η Μαρία φτιάχνει καφέ.

C|ΜΑΡΙΑ
D|Πότε ήρθες;

C|ΝΙΚΟΣ
D|Μόλις τώρα.

H|ΕΞΩΤ. ΔΡΟΜΟΣ - ΝΥΧΤΑ

A|Ο Νίκος περπατάει μόνος.

C|ΝΙΚΟΣ
D|Είναι κανείς εδώ;
""",
    "russian_dense_title_case": """
H|Инт. кухня - день
A|Мария варит кофе.
C|Мария
D|Когда ты пришел?
C|Иван
D|Только что.
A|Он садится у окна и долго молчит.
C|Мария
D|Устал?
H|Нат. улица - ночь
A|Иван идет один.
C|Иван
D|Есть кто-нибудь?
C|Мария
D|Это я.
""",
    "german_printed_play": """
H|ERSTER AKT

A|Ein Zimmer. Abend.

I|ANNA. Wo bist du gewesen?
I|KARL. Im Garten.
I|ANNA. So lange?
I|KARL. Es war schön dort.

A|(Karl setzt sich.)

H|ZWEITER AKT

A|Derselbe Raum. Morgen.

I|KARL. Schläfst du noch?
I|ANNA. Nein.
""",
    "french_inline": """
H|1. INT. CUISINE - JOUR

A|Marie prépare le café.

I|Marie : Quand es-tu arrivé ?
I|Paul : À l'instant.

A|Il s'assied près de la fenêtre.

H|2. EXT. RUE - NUIT

A|Paul marche seul.

I|Paul : Il y a quelqu'un ?
I|Marie (off) : C'est moi.
""",
    "english_printed_columns": """
B|                         THE LAST TRAM

B|                           by
B|                        Jo Brand


H|      1    INT. DEPOT - NIGHT                                    1

A|           Rain drums on the roof. NORA wipes her hands on a rag and looks
A|           at the old tram.

C|                                Nora
D|                    It will not run tonight. Not in this
D|                    weather.

C|                                Emil
P|                         (from below)
D|                    It always runs.

A|           A lamp swings. Nora kneels down beside the wheel and holds her
A|           breath.

T|                                                           CUT TO:

-|                                                                 2.

-|      CONTINUED:

H|      2    EXT. TERMINUS - DAWN                                   2

A|           The tram stands in the grey light.

C|                                Nora
D|                    You were right.
""",
    "spanish_dense": """
H|INT. COCINA - DÍA
A|Ana prepara el café mientras mira por la ventana.
C|ANA
D|¿Cuándo llegaste?
C|LUIS
D|Ahora mismo. No quería despertarte.
A|Ana sonríe y le da una taza.
H|EXT. CALLE - NOCHE
A|Luis camina solo bajo la lluvia.
C|LUIS
P|(en voz baja)
D|¿Hay alguien ahí?
C|ANA (OFF)
D|Soy yo.
""",
    "turkish": """
H|İÇ. MUTFAK - GÜNDÜZ

A|Ayşe kahve yapıyor.

C|AYŞE
D|Ne zaman geldin?

C|ALİ
D|Şimdi.

H|DIŞ. SOKAK - GECE

A|Ali yalnız yürüyor.

C|ALİ
D|Kimse var mı?
""",
}
