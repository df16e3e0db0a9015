package dev.corpusmill.core.bpe

import dev.corpusmill.core.bpe.UnicodeClasses.SPACE
import java.nio.charset.StandardCharsets.UTF_8
import munit.ScalaCheckSuite
import org.scalacheck.Gen
import org.scalacheck.Prop.forAll
import scala.util.Random

/** GPT-2's pieces against their definition, the regular expression's alternatives one by one. */
class Gpt2ScannerSuite extends ScalaCheckSuite {
  override def scalaCheckTestParameters = super.scalaCheckTestParameters.withMinSuccessfulTests(1000)

  private val CONTRACTIONS = Seq("'s", "'t", "'re", "'ve", "'m", "'ll", "'d")
  private val ASCII_PARTS =
    Vector(
      "a",
      "Zz",
      "hello",
      "7",
      "10",
      " ",
      "  ",
      "\n",
      "\t",
      "'",
      "''",
      "'s",
      "'re",
      "'l",
      ".",
      "-!",
      "{",
      "@"
    )

  /** Numbers of code points of the pieces; `text` is code points. */
  private def piecesByDefinition(text: Vector[Int]): Vector[Vector[Int]] =
    if (text.isEmpty) Vector.empty
    else {
      val (piece, rest) = text.splitAt(firstPiece(text))
      piece +: piecesByDefinition(rest)
    }

  private def firstPiece(text: Vector[Int]): Int = {
    val contraction =
      CONTRACTIONS.find(known => text.take(known.length) == known.codePoints.toArray.toVector)
    val afterBlank = if (text.head == ' ') 1 else 0
    val kind = text.lift(afterBlank).map(UnicodeClasses.classOf)
    val spaces = text.takeWhile(UnicodeClasses.classOf(_) == SPACE).length
    if (contraction.nonEmpty) contraction.get.length
    else if (kind.exists(_ != SPACE))
      afterBlank + text.drop(afterBlank).takeWhile(code => kind.contains(UnicodeClasses.classOf(code))).length
    else if (spaces == text.length || spaces == 1) spaces
    else spaces - 1
  }

  /** The pieces of the scanner, called as often as it takes; what stands behind the text is to make no difference. */
  private def piecesByScanner(text: String, behind: Byte): Vector[String] = {
    val utf8 = text.getBytes(UTF_8)
    val padded = java.util.Arrays.copyOf(utf8, utf8.length + WordCache.PADDING)
    java.util.Arrays.fill(padded, utf8.length, padded.length, behind)
    val scanner = Gpt2PreTokenizer.newScanner()
    val pieces = Vector.newBuilder[String]
    var from = 0
    while (from < utf8.length) {
      val count = scanner.scan(padded, from, utf8.length)
      assert(count >= 1 && count <= PieceScanner.MOST)
      scanner.ends.take(count).foreach { end =>
        pieces += new String(utf8, from, end - from, UTF_8)
        from = end
      }
    }
    pieces.result()
  }

  private def assertSame(text: String): Unit = {
    val expected =
      piecesByDefinition(text.codePoints.toArray.toVector).map(codes =>
        new String(codes.toArray, 0, codes.length)
      )
    Seq[Byte](0, ' ', '\n', 'a', '\'', -128).foreach(behind =>
      assertEquals(piecesByScanner(text, behind), expected, text)
    )
  }

  property("pieces of any text are those of the definition") {
    forAll(UnicodeTexts.text)(assertSame)
  }

  property("pieces of ASCII are those of the definition") {
    forAll(Gen.listOf(Gen.oneOf(ASCII_PARTS)).map(_.mkString))(assertSame)
  }

  property("pieces of ASCII with a code point of more bytes here and there are those of the definition") {
    val part = Gen.frequency(12 -> Gen.oneOf(ASCII_PARTS), 1 -> UnicodeTexts.text.map(_.take(2)))
    forAll(Gen.listOf(part).map(parts => new String(parts.mkString.getBytes(UTF_8), UTF_8)))(assertSame)
  }

  test("texts of many scans are cut as the definition says wherever a scan ends") {
    val random = new Random(11)
    (0 until 40).foreach { _ =>
      assertSame(Seq.fill(600)(ASCII_PARTS(random.nextInt(ASCII_PARTS.size))).mkString)
    }
    assertSame("a b" * 200)
    assertSame("'s" * 300)
    assertSame("\u00e9 \u4e00'll" * 200)
    assertSame("\n \n a" * 200)
  }

  test("contractions are found at every place of 64 bytes, and only where a piece begins") {
    (0 to 66).foreach { lead =>
      val word = "x" * lead
      assertSame(s"$word's $word'rex$word're")
      assertSame(s"$word 's$word''s$word '")
      assertSame(s"$word's's'd")
    }
  }

  test("code points and white space of any width are found at every place of 64 bytes") {
    val marks = Seq(
      "\u00e9",
      "\u4e00",
      "\ud835\udfd8",
      "\u00a0",
      "\u3000",
      "  ",
      "\n",
      " \u00a0",
      "\u00a0 ",
      "\u3000\u00a0"
    )
    for (lead <- 55 to 66; mark <- marks; behind <- Seq("", "x", " x", "'s", "7", ".", "\n", "\u00a0'll"))
      assertSame(s"${"x" * lead}$mark$behind")
  }

  property("long texts with white space of any width are those of the definition") {
    val part = Gen.frequency(
      6 -> Gen.oneOf(ASCII_PARTS),
      1 ->
        Gen.oneOf("\u00a0", "\u3000", "\u0085", "\u2019", "\u00e9\u00e8", "\u4e00", "\ud83d\ude00", "\u0663")
    )
    forAll(Gen.listOfN(120, part).map(_.mkString))(assertSame)
  }
}
