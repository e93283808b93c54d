"""Under which terms the data may be used."""
from goals.models import Strategy

LICENCE_NAME = "クリエイティブ・コモンズ 表示 4.0 国際（CC BY 4.0）"
LICENCE_URL = "https://creativecommons.org/licenses/by/4.0/deed.ja"


def attribution(strategy: Strategy) -> str:
    """How a user names the source: 「北斗市「…」（CC BY 4.0）」."""
    return f"{strategy.municipality}「{strategy.name} 進捗データ」（CC BY 4.0）"
