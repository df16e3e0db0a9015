package dev.corpusmill.core.bpe

import com.knuddels.jtokkit.api.Encoding
import dev.corpusmill.core.bpe.TokenizerLoader.invalid
import java.nio.charset.StandardCharsets.US_ASCII
import java.security.MessageDigest
import java.util.Base64

/**
 * GPT-2's tokenizer from the rank table that the jtokkit library carries (data only; none of its code runs).
 *
 * In a rank table two tokens merge wherever their bytes together are a token, whichever two they are, and
 * its rank is its id; that is tiktoken's rule.
 */
private[bpe] object BuiltinGpt2 {
  val NAME = "gpt2"
  val SHA256 = "306cd27f03c1a714eca7108e03d66b7dc042abe8c258b44c199a7ed9838dd930"
  private val END_OF_TEXT = "<|endoftext|>"
  private val END_OF_TEXT_ID = 50256
  private val RESOURCE = "/com/knuddels/jtokkit/r50k_base.tiktoken"

  lazy val tokenizer: BpeTokenizer = {
    val ids = parseRanks(readTable())
    val tokenIds = ids.updated(END_OF_TEXT, END_OF_TEXT_ID)
    val rules = TextRules(Gpt2PreTokenizer, addPrefixSpace = false, normalizeNfc = false)
    new BpeTokenizer(modelOf(ids), rules, tokenIds, AddedTokens.NONE)
  }

  private def readTable(): Array[Byte] = {
    val stream = classOf[Encoding].getResourceAsStream(RESOURCE)
    if (stream == null) throw invalid(RESOURCE, "is missing from the class path")
    val bytes =
      try stream.readAllBytes()
      finally stream.close()
    val sha256 = MessageDigest.getInstance("SHA-256").digest(bytes).map(byte => f"$byte%02x").mkString
    if (sha256 != SHA256) throw invalid(RESOURCE, s"has SHA-256 $sha256, not $SHA256")
    bytes
  }

  /** Lines of `base64(token) rank`; tokens come back written in the byte alphabet. */
  private def parseRanks(table: Array[Byte]): Map[String, Int] =
    new String(table, US_ASCII).linesIterator.map { line =>
      val space = line.indexOf(' ')
      ByteAlphabet.textOf(Base64.getDecoder.decode(line.substring(0, space))) ->
        line.substring(space + 1).toInt
    }.toMap

  private def modelOf(ids: Map[String, Int]): BpeModel = {
    val pairs = for {
      (token, id) <- ids.iterator
      cut <- (1 until token.length).iterator
      left <- ids.get(token.substring(0, cut)).iterator
      right <- ids.get(token.substring(cut)).iterator
    } yield RankedPair(left, right, id)
    val byteIds = ByteAlphabet.CHAR_OF_BYTE.map(char => ids(char.toString))
    new BpeModel(byteIds, PairRanks(pairs.toVector), Array.range(0, ids.size), null)
  }
}
