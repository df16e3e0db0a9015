package dev.corpusmill.core.bpe

import org.scalacheck.Gen

/** Generators of texts that stress pre-tokenizers: every script, mark, digit and white space kind. */
object UnicodeTexts {
  private val WHITESPACE = Vector(
    " ",
    "  ",
    "\n",
    "\r\n",
    "\t",
    "\u00a0",
    "\u2003",
    "\u3000",
    "\u0085",
    "\u2028",
    "\u200b",
    "\ufeff"
  )
  private val CONTRACTIONS =
    Vector(
      "'s",
      "'t",
      "'re",
      "'ve",
      "'m",
      "'ll",
      "'d",
      "'S",
      "'LL",
      "'Re",
      "'\u017f",
      "'l",
      "'r",
      "'",
      "''",
      "\u2019s",
      " 's",
      "'sx"
    )
  private val DIGITS = Vector(
    "1",
    "12",
    "345",
    "6789",
    "\u0664\u0665",
    "\u00b2",
    "\u2167",
    "\u00bd",
    "\u4e00\u4e8c",
    "\ud835\udfd9"
  )
  private val MARKS = Vector(
    "e\u0301",
    "n\u0303o",
    "\u0915\u094d\u0937\u093f",
    "\u0e17\u0e35\u0e48",
    "a\u0308\u0323",
    "\u05d1\u05bc"
  )
  private val EMOJI =
    Vector(
      "\ud83d\ude00",
      "\ud83d\udc69\u200d\ud83d\udc67",
      "\ud83c\uddeb\ud83c\uddf7",
      "\u2764\ufe0f",
      "\ud83d\udc4d\ud83c\udffd"
    )
  private val WORDS = Vector(
    "the",
    "Hello",
    "tokenization",
    "stra\u00dfe",
    "\u0441\u043b\u043e\u0432\u043e",
    "\u6f22\u5b57\u8a9e",
    "\ud55c\uad6d\uc5b4",
    "\u0627\u0644\u0639\u0631\u0628\u064a\u0629",
    "caf\u00e9",
    "ABC",
    "x"
  )
  private val SYMBOLS = Vector(
    "...",
    "!!",
    "--",
    "#",
    "{}",
    "\u3002",
    "\u00ab",
    "$",
    "<|endoftext",
    "|>",
    "_",
    "=====",
    ".\n",
    "!\r\n\r\n"
  )

  /** Any code point that UTF-8 can hold. */
  private val codePoint: Gen[String] = Gen
    .frequency(
      3 -> Gen.choose(0x20, 0x7e),
      3 -> Gen.choose(0xa0, 0x2fff),
      2 -> Gen.choose(0x3000, 0xd7ff),
      2 -> Gen.choose(0xe000, 0x10ffff)
    )
    .map(code => new String(Character.toChars(code)))

  private val fragment: Gen[String] = Gen.frequency(
    4 -> Gen.oneOf(WORDS),
    3 -> Gen.const(" "),
    2 -> Gen.oneOf(WHITESPACE),
    2 -> Gen.oneOf(CONTRACTIONS),
    1 -> Gen.oneOf(DIGITS),
    1 -> Gen.oneOf(MARKS),
    1 -> Gen.oneOf(EMOJI),
    1 -> Gen.oneOf(SYMBOLS),
    1 -> codePoint
  )

  /** Up to 40 fragments. */
  val text: Gen[String] = Gen.choose(0, 40).flatMap(size => Gen.listOfN(size, fragment)).map(_.mkString)
}
