package dev.corpusmill.core.filter

import com.google.common.net.InternetDomainName
import com.ibm.icu.text.IDNA
import dev.corpusmill.core.text.AnalyzedText

import java.util.Locale
import java.util.concurrent.ConcurrentHashMap
import scala.util.Try

/**
 * Lists of addresses and of words in them, as datatrove 0.10.1 (pipeline/filters/url_filter.py) applies them: the
 * registered domain or the whole host name is listed; the whole URL is; a hard word is one of the URL's words; enough
 * different soft words are; a sub-word stands anywhere in the URL's letters and digits. Registered domains are by the
 * public suffix list's part for registries. Unlike datatrove, capitals are taken for small letters in hosts and words,
 * a host's letters beyond ASCII for their Punycode (UTS #46) and the root's dot for none, in lists and URLs alike; and
 * a host without a registered domain, such as an address or `localhost`, is a `subdomain` where it is listed.
 * A document without a URL is not measured.
 *
 * @param maxSoftWords one more different soft word is too many
 */
final case class UrlLists(
    domains: Option[TermList] = None,
    urls: Option[TermList] = None,
    hardWords: Option[TermList] = None,
    softWords: Option[TermList] = None,
    subWords: Option[TermList] = None,
    maxSoftWords: Int = 1
) extends Rule {
  import UrlLists._

  @transient private lazy val hosts = domains.map(asciiHosts)
  @transient private lazy val subWordTrie =
    subWords.map(list => new TermTrie(list.terms.iterator.map(normalize)))
  @transient private lazy val hard = hardWords.map(normalized)
  @transient private lazy val soft = softWords.map(normalized)

  override def name: String = "urls"

  override def values: Seq[String] = VALUES

  override def checks: Seq[Check] = Seq(
    Check.atMost("domain", "listed_domains", 0),
    Check.atMost("subdomain", "listed_hosts", 0),
    Check.atMost("url", "listed_urls", 0),
    Check.atMost("hard_blacklisted", "hard_words", 0),
    Check.atMost("soft_blacklisted", "soft_words", maxSoftWords),
    Check.atMost("blacklisted_subword", "sub_words", 0)
  )

  override def measuring: Rule = copy(maxSoftWords = UrlLists().maxSoftWords)

  override def measure(text: AnalyzedText, subject: Subject): Measurement = {
    val values = subject.url.fold(Array.fill(VALUES.size)(Double.NaN)) { url =>
      val host = hostOf(url)
      val words = url.split(NOT_WORD).toSet.filter(_.nonEmpty).map(_.toLowerCase(Locale.ROOT))
      val plain = normalize(url)
      Array(
        count(hosts, registeredDomain(host)),
        count(hosts, host),
        count(urls.map(_.terms), Some(url)),
        words.count(word => hard.exists(_.contains(word))).toDouble,
        words.count(word => soft.exists(_.contains(word))).toDouble,
        subWordTrie.fold(0)(trie => plain.indices.count(trie.matchesAt(plain, _)(_ => true))).toDouble
      )
    }
    Measurement(values, Some(text))
  }

  private def count(list: Option[Terms], term: Option[String]): Double =
    if (term.exists(found => list.exists(_.contains(found)))) 1 else 0
}

object UrlLists {
  private val VALUES =
    Seq("listed_domains", "listed_hosts", "listed_urls", "hard_words", "soft_words", "sub_words")
  private val NOT_WORD = "[^a-zA-Z0-9]+"
  private val AUTHORITY = "^(?:[a-zA-Z][a-zA-Z0-9+.-]*:)?//(?:[^@/?#]*@)?(\\[[^\\]]*\\]|[^:/?#]*)".r

  private val UTS46 = IDNA.getUTS46Instance(IDNA.NONTRANSITIONAL_TO_ASCII)

  /** Lists of hosts by digest: a rule is made for every task, and a list may have millions of entries. */
  private val HOSTS = new ConcurrentHashMap[String, Terms]()

  private def asciiHosts(list: TermList): Terms =
    HOSTS.computeIfAbsent(list.sha256, _ => Terms.of(list.terms.iterator.map(asciiHost).filter(_.nonEmpty)))

  /** A host in small letters of ASCII, without the dot of the root; as it is where it is no name. */
  private def asciiHost(host: String): String = {
    val lower = host.toLowerCase(Locale.ROOT)
    val ascii =
      if (lower.forall(_ < 128)) lower
      else {
        val info = new IDNA.Info
        val name = UTS46.nameToASCII(lower, new java.lang.StringBuilder, info).toString
        if (info.hasErrors) lower else name
      }
    ascii.stripSuffix(".")
  }

  private def normalize(text: String): String = text.replaceAll(NOT_WORD, "").toLowerCase(Locale.ROOT)

  private def normalized(list: TermList): Terms =
    Terms.of(list.terms.iterator.map(normalize).filter(_.nonEmpty))

  /** The host of a URL in small letters of ASCII, without the dot of the root. */
  private[filter] def hostOf(url: String): Option[String] = AUTHORITY.findFirstMatchIn(url)
    .map(found => asciiHost(found.group(1))).filter(_.nonEmpty)

  /** One label more than the registry's suffix; None for addresses and for suffixes themselves. */
  private[filter] def registeredDomain(host: Option[String]): Option[String] =
    host.flatMap(name => Try(InternetDomainName.from(name)).toOption)
      .filter(_.isUnderRegistrySuffix)
      .map(_.topDomainUnderRegistrySuffix().toString)
}
