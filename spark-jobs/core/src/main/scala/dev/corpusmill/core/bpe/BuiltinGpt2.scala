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
    val pairs = ids.keysIterator.flatMap(findLastMerge(_, ids))
    val byteIds = ByteAlphabet.CHAR_OF_BYTE.map(char => ids(char.toString))
    new BpeModel(byteIds, PairRanks(pairs.toVector), Array.range(0, ids.size), null)
  }

  /**
   * The two tokens that merge into `token` where its bytes are a whole piece; None where they never do. No other two with
   * these bytes ever stand side by side: what merged within them so far would have merged in the same order alone.
   */
  private def findLastMerge(token: String, ids: Map[String, Int]): Option[RankedPair] = {
    val cuts = (0 to token.length).toArray
    var parts = token.length
    var isMerging = parts > 2
    while (isMerging) {
      var least = PairRanks.NONE
      var place = 0
      (0 until parts - 1).foreach { part =>
        val rank = ids.getOrElse(token.substring(cuts(part), cuts(part + 2)), PairRanks.NONE)
        if (rank < least) {
          least = rank
          place = part
        }
      }
      if (least != PairRanks.NONE) {
        System.arraycopy(cuts, place + 2, cuts, place + 1, parts - place - 1)
        parts -= 1
      }
      isMerging = least != PairRanks.NONE && parts > 2
    }
    def idOf(part: Int): Int = ids(token.substring(cuts(part), cuts(part + 1)))
    Option.when(parts == 2)(RankedPair(idOf(0), idOf(1), ids(token)))
  }
}
