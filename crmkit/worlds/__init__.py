"""Worlds: scenarios whose fields are the truth, and the cases they draw."""

from crmkit.worlds.bank.finance import Brokerage, InsuranceBook, RiskClass
from crmkit.worlds.bank.fraud import FraudPlan, plant_frauds
from crmkit.worlds.bank.parts import (
    BankArea,
    BankChannel,
    BankKind,
    BankProduct,
    BranchClosure,
    CreditLines,
    OnlineAdoption,
    RateChange,
)
from crmkit.worlds.bank.plans import BankCampaign, CreditPolicy, TreeLeaf
from crmkit.worlds.bank.service import MailBox, MailIntent, ManagerTeam, RatedAttribute, SurveyPlan
from crmkit.worlds.bank.world import Bank
from crmkit.worlds.case import Case, Truth
from crmkit.worlds.describe import describe
from crmkit.worlds.dirt import Dirt, soil
from crmkit.worlds.dirt_tables import Faults, soil_table
from crmkit.worlds.retail.catalogue import Category
from crmkit.worlds.retail.knobs import Enquiries, Loyalty, Pricing, RivalSale, Rotation, ShelfTest, Shops
from crmkit.worlds.retail.picks import PlantedRule
from crmkit.worlds.retail.pipeline import LeadSource, Pipeline, SalesStage
from crmkit.worlds.retail.web import Audience, Portal, Web, WebPage
from crmkit.worlds.retail.world import Campaign, Kind, Region, Retail
from crmkit.worlds.telecom.desk import ArrivalProfile, CallDesk, CallSite, ContactChannel, ContactReason
from crmkit.worlds.telecom.parts import (
    ChurnLaw,
    ContractLine,
    FestiveSeason,
    KeyAccounts,
    NetworkRegion,
    NumberPortability,
    Plan,
    PriceWar,
    RetentionOffer,
    ShopClosures,
)
from crmkit.worlds.telecom.world import Telecom

__all__ = [
    "ArrivalProfile",
    "Audience",
    "Bank",
    "BankArea",
    "BankCampaign",
    "BankChannel",
    "BankKind",
    "BankProduct",
    "BranchClosure",
    "Brokerage",
    "CallDesk",
    "CallSite",
    "Campaign",
    "Case",
    "Category",
    "ChurnLaw",
    "ContactChannel",
    "ContactReason",
    "ContractLine",
    "CreditLines",
    "CreditPolicy",
    "Dirt",
    "Enquiries",
    "Faults",
    "FestiveSeason",
    "FraudPlan",
    "InsuranceBook",
    "KeyAccounts",
    "Kind",
    "LeadSource",
    "Loyalty",
    "MailBox",
    "MailIntent",
    "ManagerTeam",
    "NetworkRegion",
    "NumberPortability",
    "OnlineAdoption",
    "Pipeline",
    "Plan",
    "PlantedRule",
    "Portal",
    "PriceWar",
    "Pricing",
    "RateChange",
    "RatedAttribute",
    "Region",
    "Retail",
    "RetentionOffer",
    "RiskClass",
    "RivalSale",
    "Rotation",
    "SalesStage",
    "ShelfTest",
    "ShopClosures",
    "Shops",
    "SurveyPlan",
    "Telecom",
    "TreeLeaf",
    "Truth",
    "Web",
    "WebPage",
    "describe",
    "plant_frauds",
    "soil",
    "soil_table",
]
