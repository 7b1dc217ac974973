//! A server on this machine that answers by a script, and badly if it says so.
//!
//! It stands on its own, so that the tests of the program from outside can use it as well.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// A request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) method: String,
    /// The path with its query; with a proxy the whole address.
    pub(crate) target: String,
    /// By names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Seen {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(it, _)| it == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// What is done about a request.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    /// A status, headers and a body.
    Answer(u16, Vec<(String, String)>, Vec<u8>),
    /// As that, but the connection ends in the middle of the body.
    Cut(Vec<u8>),
    /// The connection is reset in the middle of the body.
    Reset(Vec<u8>),
    /// Nothing for so long, and then an end.
    Silence(Duration),
    /// These bytes.
    Raw(Vec<u8>),
}

impl Reply {
    /// An answer of an API.
    pub(crate) fn json(status: u16, body: &str) -> Reply {
        let kind = ("content-type".to_owned(), "application/json".to_owned());
        Reply::Answer(status, vec![kind], body.into())
    }

    /// With one more header.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Reply {
        if let Reply::Answer(_, headers, _) = &mut self {
            headers.push((name.to_owned(), value.to_owned()));
        }
        self
    }
}

type Script = dyn Fn(&Seen) -> Reply + Send + Sync;

/// A server, until it is dropped.
pub(crate) struct Server {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
    ended: Arc<AtomicBool>,
}

impl Server {
    pub(crate) fn start(script: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = Server {
            address: listener.local_addr().unwrap(),
            seen: Arc::default(),
            ended: Arc::default(),
        };
        let (seen, ended) = (server.seen.clone(), server.ended.clone());
        let script: Arc<Script> = Arc::new(script);
        thread::spawn(move || {
            for stream in listener.incoming() {
                if ended.load(Ordering::SeqCst) {
                    break;
                }
                let (seen, script) = (seen.clone(), script.clone());
                if let Ok(stream) = stream {
                    // What is not taken is the client's own choice, such as an end on its side.
                    thread::spawn(move || serve(stream, &seen, &*script).ok());
                }
            }
        });
        server
    }

    /// Its address as one of an API.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    /// All that came until now.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::SeqCst);
        // It waits for somebody to come.
        TcpStream::connect(self.address).ok();
    }
}

fn serve(mut stream: TcpStream, seen: &Mutex<Vec<Seen>>, script: &Script) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let mut head = Vec::new();
    // The last byte stays for now: what is not read when a connection ends makes the end a reset.
    while !head.ends_with(b"\r\n\r") {
        let mut byte = [0];
        stream.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    let mut request = read_head(&String::from_utf8_lossy(&head));
    let length = request
        .header("content-length")
        .and_then(|it| it.parse().ok());
    let mut rest = vec![0; 1 + length.unwrap_or(0)];
    if length.is_some() {
        stream.read_exact(&mut rest)?;
        request.body = rest.split_off(1);
    }
    let reply = script(&request);
    seen.lock().unwrap().push(request.clone());
    if let (None, Reply::Reset(body)) = (length, &reply) {
        write(&mut stream, 200, &[], body, body.len() / 2)?;
        // What was sent is to arrive before the end does.
        thread::sleep(Duration::from_millis(30));
        return Ok(());
    }
    if length.is_none() {
        stream.read_exact(&mut rest)?;
    }
    match reply {
        Reply::Answer(status, headers, body) => {
            let sent = if request.method == "HEAD" {
                0
            } else {
                body.len()
            };
            write(&mut stream, status, &headers, &body, sent)
        }
        Reply::Cut(body) | Reply::Reset(body) => {
            write(&mut stream, 200, &[], &body, body.len() / 2)
        }
        Reply::Silence(time) => {
            thread::sleep(time);
            Ok(())
        }
        Reply::Raw(bytes) => stream.write_all(&bytes),
    }
}

fn read_head(head: &str) -> Seen {
    let mut lines = head.lines();
    let mut first = lines
        .next()
        .unwrap_or_default()
        .split(' ')
        .map(str::to_owned);
    let headers = lines.filter_map(|line| {
        let (name, value) = line.split_once(':')?;
        Some((name.to_ascii_lowercase(), value.trim().to_owned()))
    });
    Seen {
        method: first.next().unwrap_or_default(),
        target: first.next().unwrap_or_default(),
        headers: headers.collect(),
        body: Vec::new(),
    }
}

fn write(
    stream: &mut TcpStream,
    status: u16,
    headers: &[(String, String)],
    body: &[u8],
    sent: usize,
) -> std::io::Result<()> {
    let mut head = format!("HTTP/1.1 {status} x\r\nconnection: close\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    if !matches!(status, 204 | 304) {
        head.push_str(&format!("content-length: {}\r\n", body.len()));
    }
    head.push_str("\r\n");
    stream.write_all(head.as_bytes())?;
    stream.write_all(&body[..sent])?;
    stream.flush()
}
