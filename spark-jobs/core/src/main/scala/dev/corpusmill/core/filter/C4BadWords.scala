package dev.corpusmill.core.filter

import com.ibm.icu.lang.{UCharacter, UProperty}
import com.ibm.icu.lang.UCharacter.NumericType
import com.ibm.icu.util.ULocale
import dev.corpusmill.core.text.AnalyzedText

/**
 * C4's list of bad words: Raffel et al. 2020 (JMLR 21/140), as datatrove 0.10.1 (pipeline/filters/c4_filters.py,
 * C4BadWordsFilter) matches it, over `text.lower()`: a word counts where no word character of Python's `\w` stands
 * beside it, in Japanese, Thai and Chinese anywhere. What datatrove lets pass in every list is no bad word here either.
 * The value counts the positions at which a word of the list begins. A document in a language without a list is not
 * measured.
 *
 * @param lists by language, as in the documents' `lang`; `no` is also the list of `nb` and `nn`, and `fil` that of `tl`
 * @param defaultLanguage of documents that have none, or whose language is unknown (`und`)
 */
final case class C4BadWords(
    lists: Map[String, TermList],
    maxMatches: Int = 0,
    defaultLanguage: String = "en"
) extends Rule {
  import C4BadWords._

  @transient private lazy val tries: Map[String, TermTrie] = lists.map { case (language, list) =>
    language -> new TermTrie(list.terms.iterator.filterNot(ALLOWED.contains))
  }

  override def name: String = "c4-bad-words"

  override def values: Seq[String] = VALUES

  override def checks: Seq[Check] = Seq(Check.atMost("document_removed_with_badwords", "matches", maxMatches))

  override def measuring: Rule = copy(maxMatches = 0)

  override def measure(text: AnalyzedText, subject: Subject): Measurement = {
    val language = subject.language.filterNot(_ == UNKNOWN).getOrElse(defaultLanguage)
    val matches = tries.get(language).orElse(LISTED_AS.get(language).flatMap(tries.get)).fold(Double.NaN) {
      trie =>
        count(UCharacter.toLowerCase(ULocale.ROOT, text.text), trie, UNSPACED.contains(language)).toDouble
    }
    Measurement(Array(matches), Some(text))
  }

  private def count(text: String, trie: TermTrie, isUnspaced: Boolean): Int = {
    def isFree(end: Int): Boolean =
      isUnspaced || end == text.length || !isWordCharacter(text.codePointAt(end))
    var found = 0
    var index = 0
    while (index < text.length) {
      val isStart = isUnspaced || index == 0 || !isWordCharacter(text.codePointBefore(index))
      if (isStart && trie.matchesAt(text, index)(isFree)) found += 1
      index += 1
    }
    found
  }
}

object C4BadWords {
  private val VALUES = Seq("matches")
  private val UNKNOWN = "und"

  /** Common parts of words in languages without spaces: datatrove's `_BADWORDS_ALLOWLIST`, for all languages alike. */
  private val ALLOWED = Set("sm", "グロ", "女の子", "性")

  /** LDNOOBW's names for languages that documents carry another code of. */
  private val LISTED_AS = Map("nb" -> "no", "nn" -> "no", "tl" -> "fil")

  /** Written without spaces. */
  private val UNSPACED = Set("ja", "th", "zh")

  /** Python's `\w`: `str.isalnum` or an underscore. */
  private def isWordCharacter(codePoint: Int): Boolean =
    if (codePoint < 128) Character.isLetterOrDigit(codePoint) || codePoint == '_'
    else
      UCharacter.isLetter(codePoint) ||
      UCharacter.getIntPropertyValue(codePoint, UProperty.NUMERIC_TYPE) != NumericType.NONE
}
