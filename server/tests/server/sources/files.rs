//! Files made by hand, good and hostile.

use std::io::{Cursor, Write as _};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

/// A PDF of one page with these lines.
pub fn pdf(lines: &[&str]) -> Vec<u8> {
    let text: String = lines.iter().map(|line| format!("({line}) Tj 0 -14 Td ")).collect();
    pdf_with(format!("BT /F1 12 Tf 72 720 Td {text}ET").as_bytes(), "")
}

/// A PDF whose page is drawn by more than a gigabyte, packed.
pub fn pdf_bomb() -> Vec<u8> {
    pdf_with(&zeros(flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best())), "/Filter /FlateDecode ")
}

fn zeros(mut packed: flate2::write::ZlibEncoder<Vec<u8>>) -> Vec<u8> {
    let block = vec![b'0'; 16 * 1024 * 1024];
    for _ in 0..128 {
        packed.write_all(&block).unwrap();
    }
    packed.finish().unwrap()
}

fn pdf_with(content: &[u8], filter: &str) -> Vec<u8> {
    let objects: [Vec<u8>; 5] = [
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 5 0 R /Resources << /Font << /F1 4 0 R >> >> >>".to_vec(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_vec(),
        [format!("<< {filter}/Length {} >>\nstream\n", content.len()).as_bytes(), content, b"\nendstream"].concat(),
    ];
    let mut file = b"%PDF-1.4\n".to_vec();
    let mut places = Vec::new();
    for (number, object) in objects.iter().enumerate() {
        places.push(file.len());
        file.extend_from_slice(format!("{} 0 obj\n", number + 1).as_bytes());
        file.extend_from_slice(object);
        file.extend_from_slice(b"\nendobj\n");
    }
    let start = file.len();
    let rows: String = places.iter().map(|place| format!("{place:010} 00000 n \n")).collect();
    file.extend_from_slice(
        format!("xref\n0 6\n0000000000 65535 f \n{rows}trailer << /Size 6 /Root 1 0 R >>\nstartxref\n{start}\n%%EOF")
            .as_bytes(),
    );
    file
}

/// A Word document with this body.
pub fn docx(body: &str) -> Vec<u8> {
    package(|part| {
        part.write_all(format!("<w:document xmlns:w=\"w\"><w:body>{body}</w:body></w:document>").as_bytes()).unwrap();
    })
}

/// A Word document of two gigabytes in two megabytes.
pub fn bomb() -> Vec<u8> {
    package(|part| {
        part.write_all(b"<w:document xmlns:w=\"w\"><w:body><w:p><w:r><w:t>").unwrap();
        let block = vec![0; 16 * 1024 * 1024];
        for _ in 0..128 {
            part.write_all(&block).unwrap();
        }
    })
}

fn package(fill: impl FnOnce(&mut ZipWriter<Cursor<Vec<u8>>>)) -> Vec<u8> {
    let mut package = ZipWriter::new(Cursor::new(Vec::new()));
    let packed = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated).large_file(true);
    package.start_file("word/document.xml", packed).unwrap();
    fill(&mut package);
    package.finish().unwrap().into_inner()
}
