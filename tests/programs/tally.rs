// SPDX-License-Identifier: Apache-2.0
//! tally N [FOLDER] < TEXT
//!
//! The N most frequent words of TEXT, what their lengths are, a sum over all of
//! them in 128 bits, and, one file a letter, the words in FOLDER: what a Rust
//! program of an afternoon takes from its standard library.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::path::Path;

#[derive(Debug)]
enum Error {
    Usage(String),
    Text(std::string::FromUtf8Error),
    Io(io::Error),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Usage(why) => write!(f, "tally N [FOLDER]: {}", why),
            Error::Text(why) => write!(f, "not UTF-8: {}", why),
            Error::Io(why) => write!(f, "{}", why),
        }
    }
}

impl From<io::Error> for Error {
    fn from(e: io::Error) -> Self {
        Error::Io(e)
    }
}

/// What is asked of all words, by a table of functions.
trait Measure {
    fn name(&self) -> String;
    fn take(&mut self, word: &str);
    fn result(&self) -> String;
}

#[derive(Default)]
struct Lengths(BTreeMap<usize, u32>);

impl Measure for Lengths {
    fn name(&self) -> String {
        "lengths".into()
    }
    fn take(&mut self, word: &str) {
        *self.0.entry(word.chars().count()).or_default() += 1;
    }
    fn result(&self) -> String {
        let n: u32 = self.0.values().sum();
        let of = |f: &dyn Fn(f64) -> f64| {
            self.0.iter().map(|(&l, &k)| f(l as f64) * f64::from(k)).sum::<f64>() / f64::from(n)
        };
        let mean = of(&|l| l);
        let deviation = of(&|l| (l - mean) * (l - mean)).sqrt();
        format!("{:?}, mean {:.12}, deviation {:e}", self.0, mean, deviation)
    }
}

/// As digits of base 27, modulo a prime of 107 bits.
#[derive(Default)]
struct Sum(u128);

impl Measure for Sum {
    fn name(&self) -> String {
        format!("{:<7}", "sum")
    }
    fn take(&mut self, word: &str) {
        const PRIME: u128 = (1 << 107) - 1;
        let value = word
            .bytes()
            .fold(0u128, |v, b| (v.wrapping_mul(27) ^ u128::from(b)) % PRIME);
        self.0 = (self.0 * 3 + value) % PRIME;
    }
    fn result(&self) -> String {
        format!("{} {:#034x}", self.0, self.0)
    }
}

struct Longest<'a>(Option<&'a str>, fn(&str) -> bool);

impl Measure for Longest<'_> {
    fn name(&self) -> String {
        "longest".into()
    }
    fn take(&mut self, _: &str) {}
    fn result(&self) -> String {
        self.0.map_or("none".into(), |w| format!("{:?} {}", w.to_uppercase(), (self.1)(w)))
    }
}

fn write_all(folder: &Path, words: &HashMap<&str, u32>) -> Result<(), Error> {
    let mut by_letter: BTreeMap<char, Vec<&str>> = BTreeMap::new();
    for word in words.keys() {
        by_letter.entry(word.chars().next().unwrap()).or_default().push(word);
    }
    let part = folder.with_extension("part");
    fs::create_dir_all(&part)?;
    for (letter, mut list) in by_letter {
        list.sort_unstable_by(|a, b| b.cmp(a));
        let mut file = BufWriter::new(File::create(part.join(format!("{}.txt", letter)))?);
        for word in list {
            writeln!(file, "{:>24}|{:<6}|", word, words[word])?;
        }
        file.into_inner().map_err(|e| e.into_error())?.set_len(4096)?;
    }
    fs::rename(&part, folder)?;
    let mut found = fs::read_dir(folder)?
        .map(|e| e.map(|e| e.path()))
        .collect::<Result<Vec<_>, _>>()?;
    found.sort();
    for path in &found {
        let lines = BufReader::new(File::open(path)?).split(b'\n').count();
        println!("{} {} {}", path.display(), fs::metadata(path)?.len(), lines);
    }
    match File::open(folder.join("none.txt")) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
        other => Err(Error::Usage(format!("{:?}", other))),
    }
}

fn tally() -> Result<(), Error> {
    let mut args = std::env::args().skip(1);
    let n = args.next().ok_or_else(|| Error::Usage("how many?".into()))?;
    let n: usize = n.parse().map_err(|e| Error::Usage(format!("{}: {}", n, e)))?;
    let mut bytes = Vec::new();
    io::stdin().lock().read_to_end(&mut bytes)?;
    let text = String::from_utf8(bytes).map_err(Error::Text)?;

    let mut words: HashMap<&str, u32> = HashMap::new();
    let mut longest = Longest(None, |w| w.chars().rev().eq(w.chars()));
    let mut lengths = Lengths::default();
    let mut sum = Sum::default();
    for word in text.split(|c: char| !c.is_alphabetic()).filter(|w| !w.is_empty()) {
        *words.entry(word).or_insert(0) += 1;
        if longest.0.map_or(true, |l| l.len() < word.len()) {
            longest.0 = Some(word);
        }
        for m in [&mut lengths as &mut dyn Measure, &mut sum] {
            m.take(word);
        }
    }
    let mut order: Vec<_> = words.iter().map(|(w, k)| (*k, *w)).collect();
    order.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    let total: u32 = words.values().sum();
    for (k, word) in order.iter().take(n) {
        println!("{:8} {:<20} {:7.3} %", k, word, f64::from(*k) * 100.0 / f64::from(total));
    }
    for m in [&longest as &dyn Measure, &lengths, &sum] {
        println!("{} {}", m.name(), m.result());
    }
    args.next().map_or(Ok(()), |folder| write_all(Path::new(&folder), &words))
}

fn main() {
    if let Err(e) = tally() {
        eprintln!("{}", e);
        // Not an ExitCode: in WASI Rust 1.63 knows two of them.
        std::process::exit(match e {
            Error::Usage(_) => 2,
            Error::Text(_) => 3,
            Error::Io(_) => 4,
        });
    }
}
