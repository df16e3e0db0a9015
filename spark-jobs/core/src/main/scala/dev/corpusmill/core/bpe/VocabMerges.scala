package dev.corpusmill.core.bpe

import com.fasterxml.jackson.databind.JsonNode
import dev.corpusmill.core.bpe.TokenizerLoader.invalid
import java.nio.charset.StandardCharsets.UTF_8
import scala.jdk.CollectionConverters._

/** Byte-level BPE from a vocabulary and a list of merges; GPT-2's `vocab.json` and `merges.txt`. */
private[bpe] object VocabMerges {
  private val GPT2_RULES = TextRules(Gpt2PreTokenizer, addPrefixSpace = false, normalizeNfc = false)

  def load(vocab: TokenizerFile, merges: TokenizerFile): BpeTokenizer = {
    val ids = parseVocab(TokenizerJson.parseObject(vocab), vocab.name)
    val missing = missingBytes(ids)
    if (missing.nonEmpty)
      throw invalid(vocab.name, s"lacks a token for ${missing.size} of the bytes that UTF-8 has")
    new BpeTokenizer(model(ids, parseLines(merges), merges.name), GPT2_RULES, ids, AddedTokens.NONE)
  }

  /** A model from token ids and merges as pairs of tokens, first merges first. */
  def model(ids: Map[String, Int], merges: IndexedSeq[(String, String)], name: String): BpeModel = {
    if (merges.size > PairRanks.MAX_RANK) throw invalid(name, s"has more than ${PairRanks.MAX_RANK} merges")
    val mergedIds = new Array[Int](merges.size)
    val pairs = merges.zipWithIndex.map { case ((left, right), rank) =>
      def idOf(token: String): Int =
        ids.getOrElse(
          token,
          throw invalid(name, s"has a merge (number ${rank + 1}) of a token that the vocabulary lacks")
        )
      mergedIds(rank) = idOf(left + right)
      RankedPair(idOf(left), idOf(right), rank)
    }
    val byteIds = ByteAlphabet.CHAR_OF_BYTE.map(char => ids.getOrElse(char.toString, -1))
    new BpeModel(byteIds, PairRanks(pairs), mergedIds, null)
  }

  /** Bytes of UTF-8 that have no token of their own. */
  def missingBytes(ids: Map[String, Int]): Seq[Int] = (0 to 0xff).filterNot { byte =>
    ByteAlphabet.NEVER_IN_UTF8.contains(byte) || ids.contains(ByteAlphabet.CHAR_OF_BYTE(byte).toString)
  }

  /** Token ids by token from a JSON object; ids are unique and not negative. */
  def parseVocab(vocab: JsonNode, name: String): Map[String, Int] = {
    if (!vocab.isObject || vocab.isEmpty)
      throw invalid(name, "holds no vocabulary (an object of token to id)")
    val ids = vocab.properties.asScala.iterator.map { entry =>
      if (!entry.getValue.isInt || entry.getValue.intValue < 0 || entry.getValue.intValue > BpeModel.MAX_ID)
        throw invalid(
          name,
          s"has an id that is no integer from 0 to ${BpeModel.MAX_ID}: ${entry.getValue.toString.take(40)}"
        )
      entry.getKey -> entry.getValue.intValue
    }.toMap
    if (ids.valuesIterator.toSet.size != ids.size) throw invalid(name, "gives one id to two tokens")
    ids
  }

  private def parseLines(file: TokenizerFile): IndexedSeq[(String, String)] =
    new String(file.content, UTF_8)
      .split('\n')
      .iterator
      .map(_.stripSuffix("\r"))
      .zipWithIndex
      .filterNot { case (line, _) => line.isEmpty || line.startsWith("#version") }
      .map { case (line, index) => parseMerge(line, file.name, s"line ${index + 1}") }
      .toIndexedSeq

  /** `left right`; `place` names it in the error. */
  def parseMerge(merge: String, name: String, place: String): (String, String) =
    merge.split(" ", -1) match {
      case Array(left, right) if left.nonEmpty && right.nonEmpty => (left, right)
      case _ => throw invalid(name, s"has no pair of tokens in $place")
    }
}
