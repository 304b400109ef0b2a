// Word lists, written for this example. See LICENCE.md.
export const countries = {
  PL: {
    language: 'pl', currency: 'PLN', list: 'pl-retail',
    female: 'Agnieszka Aleksandra Alicja Anna Barbara Beata Bożena Celina Danuta Dorota Elżbieta Ewa Grażyna Hanna Irena Iwona Jadwiga Joanna Julia Kamila Katarzyna Kinga Łucja Magdalena Małgorzata Maria Marta Michalina Monika Natalia Olga Patrycja Renata Róża Sylwia Teresa Urszula Weronika Wiesława Zofia Zuzanna'.split(' '),
    male: 'Adam Andrzej Antoni Bartosz Błażej Dariusz Dawid Filip Franciszek Grzegorz Henryk Jacek Jakub Jan Janusz Jerzy Józef Kacper Kamil Karol Krzysztof Łukasz Maciej Marcin Marek Mateusz Michał Mikołaj Paweł Piotr Rafał Robert Roman Sławomir Stanisław Szymon Tomasz Wiesław Witold Wojciech Zbigniew'.split(' '),
    family: 'Adamczyk Baran Bąk Borowski Brzęk Cieślak Czarnecki Dąbrowski Domański Dudek Gajda Głowacki Górski Grabowski Gruszka Jabłoński Jankowski Jasiński Jaworski Kaczmarek Kamiński Kaźmierczak Kołodziej Konieczny Kowalczyk Kowalski Kozłowski Krawczyk Król Kubiak Kucharski Kwiatkowski Lewandowski Lis Łuczak Maciejewski Majewski Malinowski Mazur Michalak Mróz Nowak Nowicki Olszewski Ostrowski Pająk Pawłowski Pietrzak Piotrowski Przybylski Rutkowski Sadowski Sikora Sobczak Sokołowski Stępień Szczepański Szulc Szymański Tomczak Urbański Walczak Wasilewski Wieczorek Wilk Wiśniewski Włodarczyk Wojciechowski Wójcik Wróbel Wróblewski Wysocki Zając Zakrzewski Zawadzki Zieliński Ziółkowski Żak Żurawski'.split(' '),
    towns: [['Gdańsk', '80-'], ['Gdynia', '81-'], ['Kraków', '30-'], ['Łódź', '90-'], ['Poznań', '60-'], ['Wrocław', '50-'], ['Białystok', '15-'], ['Rzeszów', '35-'], ['Toruń', '87-'], ['Częstochowa', '42-'], ['Bielsko-Biała', '43-'], ['Zielona Góra', '65-']],
    streets: ['ul. Bursztynowa', 'ul. Długa', 'ul. Kościelna', 'ul. Łąkowa', 'ul. Ogrodowa', 'ul. Polna', 'ul. Słoneczna', 'ul. Świętojańska', 'ul. Źródlana', 'al. Niepodległości', 'os. Pod Lipami', 'pl. Rybny'],
    nicknames: { Katarzyna: 'Kasia', Małgorzata: 'Gosia', Aleksandra: 'Ola', Joanna: 'Asia', Krzysztof: 'Krzysiek', Stanisław: 'Staszek', Wojciech: 'Wojtek', Tomasz: 'Tomek', Zuzanna: 'Zuza', Jakub: 'Kuba' },
  },
  DE: {
    language: 'de', currency: 'EUR', list: 'de-retail',
    female: 'Andrea Anja Annika Birgit Britta Christa Claudia Elke Franziska Frauke Gabriele Gisela Greta Heike Ilse Jana Jutta Karin Katrin Käthe Kerstin Lena Lieselotte Mareike Marlene Monika Petra Renate Sabine Silke Sonja Steffi Susanne Ulrike Ute'.split(' '),
    male: 'Achim Andreas Bernd Björn Detlef Dieter Dirk Erik Florian Frank Friedrich Günter Hannes Hans Heiko Holger Ingo Jens Jörg Jürgen Karsten Klaus Lars Lukas Malte Matthias Norbert Olaf Ralf Rainer Rüdiger Sören Stefan Thorsten Uwe Volker Wolfgang'.split(' '),
    family: 'Albrecht Arndt Bäcker Bauer Becker Böhm Brandt Braun Busch Dietrich Engel Fischer Förster Franke Fuchs Graf Groß Günther Haas Hahn Hartmann Heinrich Herrmann Hoffmann Huber Jäger Jansen Kaiser Keller Köhler König Krämer Kraus Krüger Kühn Lang Lehmann Lorenz Ludwig Maier Möller Müller Neumann Otto Peters Pohl Richter Roth Sander Schäfer Schmitz Scholz Schröder Schulte Schulz Schwarz Seidel Sommer Stein Thiel Vogel Vogt Voß Wagner Weiß Winkler Wolff Ziegler Zöllner'.split(' '),
    towns: [['Berlin', '10'], ['Görlitz', '02'], ['Köln', '50'], ['Lübeck', '23'], ['München', '80'], ['Münster', '48'], ['Rostock', '18'], ['Stralsund', '18'], ['Düsseldorf', '40'], ['Saarbrücken', '66']],
    streets: ['Ahornweg', 'Am Mühlbach', 'Birkenstraße', 'Gänsemarkt', 'Hafenstraße', 'Jägerweg', 'Königsallee', 'Lindenstraße', 'Mühlenstraße', 'Rosengäßchen', 'Schloßplatz', 'Wiesenweg'],
    nicknames: { Matthias: 'Mathias', Katrin: 'Kathrin', Friedrich: 'Fritz', Stefan: 'Stephan' },
  },
  CZ: {
    language: 'cs', currency: 'CZK', list: 'cz-retail',
    female: 'Alena Anežka Barbora Blanka Dagmar Dana Eliška Hana Helena Ivana Jaroslava Jiřina Kateřina Květa Lenka Libuše Lucie Markéta Milada Naděžda Pavla Radka Růžena Simona Šárka Tereza Věra Zdeňka Žaneta'.split(' '),
    male: 'Aleš Bohumil Dalibor David František Ivo Jaroslav Jindřich Jiří Karel Kryštof Ladislav Libor Lubomír Luděk Matěj Miloš Miroslav Oldřich Ondřej Pavel Petr Radim Řehoř Stanislav Štěpán Václav Vojtěch Zdeněk'.split(' '),
    family: 'Beneš Bláha Čermák Černý Dvořák Fiala Hájek Havlíček Horák Hruška Jelínek Kadlec Kolář Konečný Kopecký Kovář Král Krejčí Kříž Kučera Malý Marek Moravec Musil Navrátil Nováček Novotný Pokorný Pospíšil Procházka Růžička Říha Sedláček Soukup Šimek Špaček Štěpánek Tichý Urban Vaněk Veselý Vlček Zeman Žák'.split(' '),
    towns: [['Brno', '602 '], ['Český Těšín', '737 '], ['Liberec', '460 '], ['Olomouc', '779 '], ['Ostrava', '702 '], ['Plzeň', '301 '], ['Praha', '110 '], ['Ústí nad Labem', '400 ']],
    streets: ['Dlouhá', 'Havlíčkova', 'Jiráskova', 'Květná', 'Lipová', 'Nádražní', 'Příčná', 'Sadová', 'Školní', 'Žižkova'],
    nicknames: { Kateřina: 'Katka', František: 'Franta', Jaroslav: 'Jarda', Václav: 'Vašek' },
  },
}

/** Reserved for examples (RFC 2606, RFC 6761): no mail can reach anybody. */
export const mailDomains = ['example.com', 'example.net', 'example.org', 'poczta.example', 'post.example', 'skrzynka.example', 'schranka.example', 'mail.test', 'büro.example']

// [polish, german, category, smallest weight in g, largest, cheapest in PLN, dearest, vat]
export const goods = [
  ['Kubek', 'Becher', 'kitchen', 250, 480, 19, 59, '23'],
  ['Talerz głęboki', 'Suppenteller', 'kitchen', 420, 800, 24, 89, '23'],
  ['Miska', 'Schüssel', 'kitchen', 300, 1200, 22, 119, '23'],
  ['Dzbanek', 'Krug', 'kitchen', 700, 1500, 59, 179, '23'],
  ['Deska do krojenia', 'Schneidebrett', 'kitchen', 600, 2200, 39, 149, '23'],
  ['Łyżka drewniana', 'Holzlöffel', 'kitchen', 40, 120, 9, 39, '23'],
  ['Ręcznik', 'Handtuch', 'bath', 180, 700, 29, 129, '23'],
  ['Dywanik łazienkowy', 'Badematte', 'bath', 600, 1400, 49, 169, '23'],
  ['Mydelniczka', 'Seifenschale', 'bath', 120, 400, 15, 59, '23'],
  ['Pościel', 'Bettwäsche', 'sleep', 900, 2100, 119, 399, '23'],
  ['Poduszka', 'Kissen', 'sleep', 400, 1100, 49, 199, '23'],
  ['Koc', 'Decke', 'sleep', 800, 1900, 79, 349, '23'],
  ['Świecznik', 'Kerzenständer', 'living', 200, 1300, 35, 159, '23'],
  ['Lampa stołowa', 'Tischleuchte', 'living', 900, 3100, 129, 599, '23'],
  ['Wazon', 'Vase', 'living', 500, 2600, 45, 259, '23'],
  ['Ramka', 'Bilderrahmen', 'living', 150, 900, 19, 99, '23'],
  ['Doniczka', 'Blumentopf', 'garden', 400, 5200, 25, 189, '8'],
  ['Konewka', 'Gießkanne', 'garden', 500, 1500, 45, 139, '23'],
  ['Książka kucharska', 'Kochbuch', 'books', 450, 1400, 39, 129, '5'],
  ['Herbata w puszce', 'Tee in der Dose', 'food', 120, 350, 19, 69, '8'],
]
export const series = 'Fala Morze Bryza Wydma Klif Latarnia Mewa Sztorm Przystań Żagiel Bursztyn Sosna Wrzos Jałowiec Mgła Rosa Świt Zmierzch Łąka Źródło Grań Hala Turnia Dolina Kosodrzewina Szarotka Źdźbło Jaskółka'.split(' ')
export const colours = [
  ['granatowy', 'Marineblau', 'NV'], ['biały', 'Weiß', 'WH'], ['zielony', 'Grün', 'GR'], ['żółty', 'Gelb', 'YE'],
  ['różowy', 'Rosa', 'PK'], ['szary', 'Grau', 'GY'], ['miedziany', 'Kupfer', 'CU'], ['błękitny', 'Hellblau', 'LB'],
]
export const sizes = ['S', 'M', 'L', 'XL']

export const firmWords = {
  PL: [['Hurtownia', 'Zakład', 'Pracownia', 'Przedsiębiorstwo', 'Wytwórnia'], ['Gąska', 'Złota Łódź', 'Pod Świerkiem', 'Żabka Leśna', 'Cztery Wiatry', 'Błękitny Młyn', 'Stara Cegielnia', 'Modrzew', 'Północ', 'Kamienna Grobla'], ['sp. z o.o.', 'sp.j.', 'S.A.', 's.c.']],
  DE: [['Handelshaus', 'Großhandel', 'Werkstätten', 'Möbelhof'], ['Grünwald', 'Süßbach', 'Lüttenhof', 'Möwenberg', 'Kärntner Hof', 'Heidekrug', 'Weißenstein', 'Nordlicht'], ['GmbH', 'KG', 'OHG', 'GmbH & Co. KG']],
  CZ: [['Velkoobchod', 'Sklárna', 'Dílna', 'Obchod'], ['U Lípy', 'Bílý Kůň', 'Modrá Řeka', 'Šípek', 'Horní Mlýn', 'Žlutý Dům', 'Tři Studně'], ['s.r.o.', 'a.s.']],
}
